"""What one process has written the next one answers."""

from pathlib import Path

from ui.status_page.files import FORMS, StatusFiles

TEXTS = {form: f'<{form}>é' for form in FORMS}


def loaded(folder: Path) -> StatusFiles:
    files = StatusFiles(folder)
    files.load()
    return files


def test_what_was_written_is_there_after_a_restart_and_what_was_removed_is_not(tmp_path: Path) -> None:
    files = loaded(tmp_path / 'status')
    assert files.slugs == frozenset()
    files.show('harbour', TEXTS)
    files.write('harbour')
    again = loaded(tmp_path / 'status')
    assert again.slugs == {'harbour'}
    for address, form in (
        ('harbour', 'html'),
        ('harbour.json', 'json'),
        ('harbour.atom', 'atom'),
        ('harbour.svg', 'svg'),
    ):
        one, other = files.find(address), again.find(address)
        assert one is not None
        assert one == other
        assert one.text == TEXTS[form]
    again.remove('harbour')
    assert again.find('harbour') is None
    assert list((tmp_path / 'status').iterdir()) == []
    again.remove('never there')


def test_what_is_no_file_of_ours_is_left_alone(tmp_path: Path) -> None:
    for name in ('harbour.html.new', 'notes.txt', '..html'):
        (tmp_path / name).write_text('x')
    (tmp_path / 'broken.html').write_bytes(b'\xff\xfe')
    (tmp_path / 'folder.html').mkdir()
    files = loaded(tmp_path)
    assert files.slugs == frozenset()
    for address in ('harbour', '../secret.key', 'harbour.html.new', '', '.', 'broken'):
        assert files.find(address) is None


def test_a_tag_stands_for_its_bytes(tmp_path: Path) -> None:
    files = StatusFiles(tmp_path)
    files.show('harbour', TEXTS)
    first = files.find('harbour')
    files.show('harbour', TEXTS)
    assert files.find('harbour') is first
    files.show('harbour', {**TEXTS, 'html': 'other'})
    second = files.find('harbour')
    assert first is not None
    assert second is not None
    assert len({first.plain.tag, first.packed.tag, second.plain.tag, second.packed.tag}) == 4
    assert not any(tag.startswith(b'W/') for tag in (first.plain.tag, first.packed.tag))
