"""How much may be on its way to a page, against a list of everything that was ever sent."""

from hypothesis import given
from hypothesis import strategies as st

from ui.live.credit import Credit

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just('send'), st.integers(1, 40)),
        st.tuples(st.just('read'), st.integers(0, 30)),
    ),
    max_size=80,
)


@given(STEPS)
def test_what_is_owed_is_all_that_was_sent_behind_the_last_mark_that_was_read(steps: list[tuple[str, int]]) -> None:
    credit = Credit(most_unread=50, mark_every=20)
    sent: list[int | str] = []
    marks = read = 0
    for what, number in steps:
        if what == 'read':
            credit.read(number)
            read = max(read, number) if number <= marks else read
        elif credit.is_open:
            credit.spend(number)
            sent.append(number)
            if credit.mark_due:
                marks += 1
                assert credit.mark() == marks
                sent.append('mark')
        seen = 0
        owed = 0
        for each in sent:
            if each == 'mark':
                seen += 1
            elif seen >= read:
                owed += int(each)
        assert credit.unread == owed
        assert credit.is_open == (owed < 50)
        assert credit.is_open or read < marks, 'a page that may be sent nothing has a mark to read'
        assert owed < 50 + 40
