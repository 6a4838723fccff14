"""What a token says of itself."""

from domain.tokens.model import Token, TokenKind


def test_a_token_is_found_by_a_part_of_its_name_and_by_how_its_secret_begins() -> None:
    token = Token(
        id='t', enterprise='e', kind=TokenKind.API, name='Nightly run', digest='d', created_at=0.0, beginning='cwt_Z1pm'
    )
    for text in ('', 'nightly', 'RUN', 'cwt_Z', 'cwt_Z1pm'):
        assert token.fits(text), text
    for text in ('daily', 'CWT_Z', 'Z1pm'):
        assert not token.fits(text), text
