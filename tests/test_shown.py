"""What pages show is copied once: what has not changed stays, what has is never written into, what is gone goes."""

import os

from kbgen.shown import bring


def given(folder, **contents):
    """Sources of these contents, by the paths that they get."""
    folder.mkdir(exist_ok=True)
    for name, text in contents.items():
        (folder / name).write_text(text)
    return {f"inner/{name}": str(folder / name) for name in contents}


def standing(folder):
    return {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()}


def test_what_has_not_changed_is_not_copied_again(tmp_path):
    wanted, folder = given(tmp_path / "docs", same="1", other="2"), tmp_path / "zh.files"
    bring(wanted, folder)
    before = {name: (folder / name).stat() for name in wanted}
    given(tmp_path / "docs", other="3")
    bring(wanted, folder)
    assert standing(folder) == {"inner/same": "1", "inner/other": "3"}
    assert (folder / "inner/same").stat().st_ino == before["inner/same"].st_ino


def test_a_change_does_not_reach_what_is_published_already(tmp_path):
    wanted, folder = given(tmp_path / "docs", picture="old"), tmp_path / "zh.files"
    bring(wanted, folder)
    os.link(folder / "inner/picture", tmp_path / "published")
    given(tmp_path / "docs", picture="new")
    bring(wanted, folder)
    assert (tmp_path / "published").read_text() == "old"
    assert standing(folder) == {"inner/picture": "new"}


def test_what_somebody_changed_in_the_published_site_is_mended(tmp_path):
    wanted, folder = given(tmp_path / "docs", picture="right"), tmp_path / "zh.files"
    bring(wanted, folder)
    (folder / "inner/picture").write_text("wrong")  # the published file is the same
    bring(wanted, folder)
    assert standing(folder) == {"inner/picture": "right"}


def test_what_is_gone_goes_and_a_file_may_take_the_place_of_a_folder(tmp_path):
    wanted, folder = given(tmp_path / "docs", a="1", b="2"), tmp_path / "zh.files"
    bring(wanted, folder)
    bring({"inner": wanted["inner/a"]}, folder)
    assert standing(folder) == {"inner": "1"}
    bring({}, folder)
    assert standing(folder) == {}
