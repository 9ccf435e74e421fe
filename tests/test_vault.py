"""Generated files live beside files of people: what is written, removed, and never touched."""

import os

import pytest

from kbgen.cache import Digests
from kbgen.errors import Problems
from kbgen.vault import intact, sync, sync_all


def test_only_changed_files_are_written(tmp_path):
    sync(tmp_path, {"a.md": b"1", "sub/b.md": b"2"})
    stamp = (tmp_path / "a.md").stat().st_mtime_ns
    assert sync(tmp_path, {"a.md": b"1", "sub/b.md": b"3"}) == 1
    assert (tmp_path / "a.md").stat().st_mtime_ns == stamp
    assert (tmp_path / "sub/b.md").read_bytes() == b"3"


def test_stale_files_and_their_folders_are_removed(tmp_path):
    sync(tmp_path, {"sub/deep/b.md": b"2", "a.md": b"1"})
    assert sync(tmp_path, {"a.md": b"1"}) == 1
    assert not (tmp_path / "sub").exists()


def test_files_of_people_are_never_touched(tmp_path):
    (tmp_path / "mine.md").write_bytes(b"mine")
    sync(tmp_path, {"a.md": b"1"})
    sync(tmp_path, {})
    assert (tmp_path / "mine.md").read_bytes() == b"mine"


def test_a_generated_file_that_a_person_changed_stops_everything(tmp_path):
    sync(tmp_path, {"a.md": b"1", "b.md": b"1"})
    (tmp_path / "a.md").write_bytes(b"my note")
    with pytest.raises(Problems) as refusal:
        sync(tmp_path, {"a.md": b"2", "b.md": b"2"})
    assert refusal.value.problems[0].path.endswith("a.md")
    assert (tmp_path / "a.md").read_bytes() == b"my note"
    assert (tmp_path / "b.md").read_bytes() == b"1"


def test_a_changed_file_is_kept_even_when_nothing_generates_it_any_more(tmp_path):
    sync(tmp_path, {"a.md": b"1"})
    (tmp_path / "a.md").write_bytes(b"my note")
    with pytest.raises(Problems):
        sync(tmp_path, {})
    assert (tmp_path / "a.md").read_bytes() == b"my note"


def test_a_file_of_a_person_at_a_generated_place_is_not_written_over(tmp_path):
    (tmp_path / "a.md").write_bytes(b"mine")
    with pytest.raises(Problems):
        sync(tmp_path, {"a.md": b"1"})
    assert (tmp_path / "a.md").read_bytes() == b"mine"


@pytest.mark.parametrize("name", ["a.svg", "sub/b.svg"])
@pytest.mark.parametrize("begun", [True, False], ids=["written before", "new"])
def test_a_folder_in_the_place_of_a_file_is_reported_and_kept(tmp_path, name, begun):
    if begun:
        sync(tmp_path, {name: b"1"})
        (tmp_path / name).unlink()
    (tmp_path / name / "mine").mkdir(parents=True)
    with pytest.raises(Problems, match=rf"{name}.*stands where kbgen has to write"):
        sync(tmp_path, {name: b"2"})
    assert (tmp_path / name / "mine").is_dir()


def test_a_file_in_the_place_of_a_folder_is_reported_and_kept(tmp_path):
    (tmp_path / "sub").write_bytes(b"mine")
    with pytest.raises(Problems, match=r"sub.*stands where kbgen has to write"):
        sync(tmp_path, {"sub/deep/b.md": b"2"})
    assert (tmp_path / "sub").read_bytes() == b"mine"


def test_a_deleted_generated_file_comes_back(tmp_path):
    sync(tmp_path, {"a.md": b"1"})
    (tmp_path / "a.md").unlink()
    assert sync(tmp_path, {"a.md": b"1"}) == 1


def test_without_manifest_equal_files_are_taken_over(tmp_path):
    """A lost manifest must not lock people out of their own generated files."""
    sync(tmp_path, {"a.md": b"1"})
    (tmp_path / ".kbgen.json").unlink()
    sync(tmp_path, {"a.md": b"1"})
    assert sync(tmp_path, {"a.md": b"2"}) == 1


def test_a_changed_file_in_one_folder_keeps_all_folders_as_they_are(tmp_path):
    zh, en = tmp_path / "zh", tmp_path / "en"
    sync_all({zh: {"a.md": b"1"}, en: {"a.md": b"1"}}, Digests())
    (en / "a.md").write_bytes(b"my note")
    with pytest.raises(Problems):
        sync_all({zh: {"a.md": b"2"}, en: {"a.md": b"2"}}, Digests())
    assert (zh / "a.md").read_bytes() == b"1"


def test_intact_notices_a_change_and_a_loss(tmp_path):
    assert not intact(tmp_path, Digests())
    sync(tmp_path, {"a.md": b"1"})
    assert intact(tmp_path, Digests())
    (tmp_path / "a.md").write_bytes(b"2")
    assert not intact(tmp_path, Digests())
    (tmp_path / "a.md").unlink()
    assert not intact(tmp_path, Digests())


def test_a_part_that_is_kept_in_a_file_is_copied(tmp_path):
    (tmp_path / "kept").write_bytes(b"1")
    sync(tmp_path / "vault", {"a.svg": tmp_path / "kept"})
    assert (tmp_path / "vault/a.svg").read_bytes() == b"1"
    assert sync(tmp_path / "vault", {"a.svg": b"1"}) == 0


def test_a_change_within_the_same_moment_and_of_the_same_size_is_noticed(tmp_path):
    file, noted = tmp_path / "a.md", tmp_path / "noted"
    file.write_bytes(b"1")
    first = Digests(noted)
    before = first.of(file)
    first.save()
    times = file.stat()
    file.write_bytes(b"2")
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert Digests(noted).of(file) != before
