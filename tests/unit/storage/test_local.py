"""The store on local disk: random keys, written once, nothing to be seen before it is whole."""

from __future__ import annotations

import hashlib
import threading
import uuid
from pathlib import Path

import pytest

from lti_app.storage import Storage, key_of, open_storage

HERE = uuid.UUID("0123456789abcdef0123456789abcdef")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "not made yet" / "files"


@pytest.fixture
def store(root: Path) -> Storage:
    return open_storage(root.as_uri())


def put(store: Storage, *pieces: bytes) -> str:
    upload = store.begin(HERE)
    for piece in pieces:
        assert upload.write(piece) == len(piece)
    return upload.finish().key


def read(store: Storage, key: str) -> bytes:
    with store.open(key) as body:
        return body.read()


def files_in(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


def test_bytes_are_hashed_and_counted_as_they_stream(store: Storage) -> None:
    pieces = [bytes([number]) * 1000 for number in range(20)]
    upload = store.begin(HERE)
    for piece in pieces:
        upload.write(piece)
    stored = upload.finish()
    whole = b"".join(pieces)
    assert stored.size_bytes == 20_000
    assert stored.sha256 == hashlib.sha256(whole).hexdigest()
    assert stored.head == whole[:8192]
    assert read(store, stored.key) == whole


def test_bytes_can_be_read_from_anywhere_in_them(store: Storage) -> None:
    with store.open(put(store, b"0123456789")) as body:
        body.seek(4)
        assert body.read(3) == b"456"


def test_a_key_is_random_and_begins_with_its_institution(store: Storage) -> None:
    keys = {put(store, b"the same") for _ in range(50)}
    assert len(keys) == 50
    assert all(key.startswith(f"{HERE.hex}/") and len(key) == 98 for key in keys)


def test_nothing_is_to_be_seen_before_it_is_whole(store: Storage, root: Path) -> None:
    upload = store.begin(HERE)
    upload.write(b"half of it")
    assert not (root / HERE.hex).exists()
    key = upload.finish().key
    assert files_in(root) == [root / key]


def test_a_discarded_upload_leaves_nothing(store: Storage, root: Path) -> None:
    upload = store.begin(HERE)
    upload.write(b"never mind")
    upload.discard()
    upload.discard()
    assert files_in(root) == []


def test_whoever_has_the_key_removes_what_a_dead_process_left_half_written(
    store: Storage, root: Path
) -> None:
    begun = store.begin(HERE, seed=b"known to both")
    begun.write(b"a" * 10_000)
    assert len(files_in(root)) == 1
    store.delete(key_of(HERE, b"known to both"))
    assert files_in(root) == []
    begun.discard()


def test_discarding_what_is_finished_is_harmless(store: Storage) -> None:
    upload = store.begin(HERE)
    upload.write(b"kept")
    key = upload.finish().key
    upload.discard()
    assert read(store, key) == b"kept"


def test_a_finished_upload_takes_no_more(store: Storage) -> None:
    upload = store.begin(HERE)
    upload.write(b"kept")
    key = upload.finish().key
    with pytest.raises(ValueError, match="closed"):
        upload.write(b"more")
    assert read(store, key) == b"kept"


def test_nobody_else_on_the_machine_may_read_it(store: Storage, root: Path) -> None:
    path = root / put(store, b"private")
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert root.stat().st_mode & 0o777 == 0o700


def test_many_at_once_do_not_disturb_each_other(store: Storage) -> None:
    keys: dict[int, str] = {}

    def work(number: int) -> None:
        keys[number] = put(store, *[str(number).encode()] * 100)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert {number: read(store, key) for number, key in keys.items()} == {
        number: str(number).encode() * 100 for number in range(8)
    }


def test_deleted_bytes_are_gone_and_deleting_them_again_is_harmless(store: Storage) -> None:
    key = put(store, b"gone")
    store.delete(key)
    store.delete(key)
    with pytest.raises(FileNotFoundError):
        store.open(key)


@pytest.mark.parametrize(
    "key",
    [
        "",
        "..",
        "../secret",
        "/etc/passwd",
        "incoming/x",
        f"{HERE.hex}/../../secret",
        f"{HERE.hex}/aa/{'b' * 61}/../../../../secret",
        f"{HERE.hex}/aa/{'b' * 61}\n",
        f"{HERE.hex}/aa/{'b' * 62}\n",
        f"{HERE.hex}/aa/{'b' * 62}\0",
        f"{HERE.hex.upper()}/AA/{'B' * 62}",
        f"{HERE.hex}/aa/{'b' * 62}",
    ],
)
def test_a_key_that_is_none_of_ours_opens_nothing(store: Storage, root: Path, key: str) -> None:
    root.mkdir(parents=True)
    (root.parent / "secret").write_bytes(b"secret")
    with pytest.raises(FileNotFoundError):
        store.open(key)
    if ".." in key:
        with pytest.raises(FileNotFoundError):
            store.delete(key)
    assert (root.parent / "secret").read_bytes() == b"secret"


def test_a_store_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "a file").write_text("no folder")
    open_storage((tmp_path / "fine").as_uri()).check()
    assert files_in(tmp_path / "fine") == []
    with pytest.raises(OSError, match=r"Not a directory|File exists"):
        open_storage((tmp_path / "a file" / "files").as_uri()).check()


@pytest.mark.parametrize("url", ["", "files", "/srv/files", "file://host/srv", "http://a/b", "s3://bucket/a"])
def test_another_kind_of_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="a storage address looks like"):
        open_storage(url)


def test_an_address_may_hold_blanks_and_letters_of_any_kind(tmp_path: Path) -> None:
    store = open_storage((tmp_path / "å ö%20").as_uri())
    key = put(store, b"x")
    assert (tmp_path / "å ö%20" / key).read_bytes() == b"x"
