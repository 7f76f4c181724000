"""Getting HC18: from a server on this machine, which is good, slow, broken or gone."""

import errno
import hashlib
import http.server
import io
import re
import shutil
import threading
import zipfile
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from pictures import HEAD, SHAPE, bright_head, encode
from test_hc18 import draw

from fetal_edu import cli, cli_data
from fetal_edu.data import BadInput, data_folder, download, hc18, verify
from fetal_edu.data.public import KNOWN, TABLE, registered

NAMES = ("001_HC", "002_HC", "900_HC")
ROWS = [f"{name}.png,0.6,{HEAD.circumference:.2f}" for name in NAMES]
LISTED = ("001_HC", "002_HC")  # the third is not on the list, as 188 of the real ones are not


def sha256(content):
    return hashlib.sha256(content).hexdigest()


def zipped(files, **options):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", **options) as packing:
        packing.writestr(zipfile.ZipInfo("training_set/"), b"")
        for name, content in files.items():
            packing.writestr(zipfile.ZipInfo(name), content)
    return target.getvalue()


@pytest.fixture(scope="module")
def images(tmp_path_factory):
    """The files of a small HC18, by their names in the archive."""
    folder = tmp_path_factory.mktemp("images")
    for name in NAMES:
        draw(folder, name, HEAD)
    return {f"training_set/{file.name}": file.read_bytes() for file in sorted(folder.iterdir())}


@pytest.fixture
def served(images):
    """What the server gives; a test may change it."""
    table = "\r\n".join(["filename,pixel size(mm),head circumference (mm)", *ROWS]) + "\r\n"
    return {"training_set.zip": zipped(images), TABLE: table.encode()}


@pytest.fixture
def server(served):
    """A server on this machine; `asked` are the files that were asked for."""
    asked = []

    class Answers(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            name = self.path.strip("/").partition("?")[0]
            asked.append(name)
            content = served.get(name)
            if content is None:
                self.send_error(503)
                return
            self.send_response(200)
            self.send_header("Content-Length", str(len(content) + served.get("lost", 0)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers) as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.01,))
        thread.start()
        yield SimpleNamespace(address=f"http://127.0.0.1:{running.server_port}", asked=asked)
        running.shutdown()
        thread.join()


@pytest.fixture
def place(server, served, images, tmp_path, monkeypatch):
    """A machine without HC18, whose source is the server and whose list knows two of the three images."""
    monkeypatch.setattr("platformdirs.user_config_path", lambda name: tmp_path / "settings" / name)
    monkeypatch.setattr("platformdirs.user_data_path", lambda name: tmp_path / "user" / name)
    monkeypatch.delenv("FETAL_EDU_DATA", raising=False)
    table, archive = download.FILES["hc18"]
    known = f"sha256:{sha256(served['training_set.zip'])}"
    table, archive = (
        replace(remote, address=f"{server.address}/{remote.name}?download=1", size=9000)
        for remote in (table, archive)
    )
    archive = replace(archive, known_hash=known)
    monkeypatch.setitem(download.FILES, "hc18", (table, archive))
    rows = sha256("".join(f"{row}\n" for row in ROWS[:2]).encode())
    listed = {
        f"{name}.png": tuple(sha256(images[f"training_set/{name}{end}.png"]) for end in ("", "_Annotation"))
        for name in LISTED
    }
    monkeypatch.setattr(verify, "listed", lambda: (rows, listed))
    return tmp_path


@pytest.fixture
def expects(monkeypatch):
    """Take a changed archive for the published one."""

    def expect(content):
        table, archive = download.FILES["hc18"]
        changed = (table, replace(archive, known_hash=content and f"sha256:{sha256(content)}"))
        monkeypatch.setitem(download.FILES, "hc18", changed)

    return expect


def run(capsys, *words):
    code = cli.main([str(word) for word in words])
    printed = capsys.readouterr()
    assert "Traceback" not in printed.err
    assert printed.err.count("\n") <= 1
    return code, printed.out, printed.err


def left(place):
    """Every file and folder that a test's machine has."""
    found = (path for path in place.rglob("*") if path.is_file() or "hc18" in path.name)
    return sorted(str(path.relative_to(place)) for path in found)


def refused(place, **options):
    """Get the data set, which fails; return the sentence. Nothing may be left."""
    with pytest.raises(BadInput) as error:
        download.get("hc18", **{"agreed": True, **options})
    said = str(error.value)
    assert "\n" not in said
    assert said.endswith((".", ").")), said
    assert left(place) == []
    assert data_folder("hc18") is None
    return said


# ------------------------------------------------------------------------------------ all goes well


def test_downloaded_verified_and_known(place, capsys):
    code, out, err = run(capsys, "data", "get", "hc18", "--yes")
    assert (code, err) == (0, "")
    target = place / "user" / "fetal_edu" / "hc18"
    assert "CC BY 4.0" in out
    assert "PLoS ONE" in out
    assert out.index("licence") < out.index("Downloaded, unpacked and verified")
    assert "3 annotated images of 3 examinations" in out
    assert "2 of 3 images and their outlines are those that this version was tested with, by SHA-256" in out
    assert "so are their rows of the table" in out
    assert "1 are not on its list and were not compared" in out
    assert f"{TABLE}: compared with its rows" in out
    assert "training_set.zip: compared with the SHA-256 that is published for it" in out
    assert registered() == {"hc18": target.resolve()}
    assert len(hc18()) == 3
    assert hc18()[0].shape == SHAPE
    assert sorted(file.name for file in target.parent.iterdir()) == ["hc18"]


def test_one_that_is_there_is_not_downloaded_again(place, server, capsys):
    run(capsys, "data", "get", "hc18", "--yes")
    asked = len(server.asked)
    code, out, _ = run(capsys, "data", "get", "hc18")
    assert code == 0
    assert "It is here already, so nothing was downloaded." in out
    assert "2 of 3 images" in out
    assert len(server.asked) == asked == 2
    assert len(download.get("hc18", agreed=False)) == 3


def test_where_it_is_put(place, monkeypatch, capsys):
    assert run(capsys, "data", "get", "hc18", "--yes", "--folder", place / "sets")[0] == 0
    assert (place / "sets" / "hc18" / TABLE).is_file()
    assert data_folder("hc18") == (place / "sets" / "hc18").resolve()
    shutil.rmtree(place / "sets")
    monkeypatch.setenv("FETAL_EDU_DATA", str(place / "mine"))
    (place / "mine" / "hc18").mkdir(parents=True)  # empty: a person made it before
    assert run(capsys, "data", "get", "hc18", "--yes")[0] == 0
    assert data_folder("hc18") == place / "mine" / "hc18"
    assert len(hc18()) == 3


def test_progress_is_told_and_nothing_is_printed(place, capfd):
    told = []
    download.get("hc18", agreed=True, progress=lambda *seen: told.append(seen))
    assert capfd.readouterr() == ("", "")
    names, done, total = zip(*told, strict=True)
    assert set(names) == {TABLE, "training_set.zip"}
    assert all(0 < here <= whole for here, whole in zip(done, total, strict=True))
    assert {name: here for name, here, whole in told if here == whole}.keys() == set(names)


def test_progress_for_a_person(place, monkeypatch, capsys):
    screen = io.StringIO()
    screen.isatty = lambda: True
    monkeypatch.setattr("sys.stderr", screen)
    assert cli.main(["data", "get", "hc18", "--yes"]) == 0
    assert re.search(r"\r\x1b\[Ktraining_set\.zip: 0 of 0 MB\n", screen.getvalue())


# ------------------------------------------------------------------------------------ agreeing


@pytest.fixture
def person(monkeypatch):
    """Somebody at the keyboard, who answers."""

    def sits(answer):
        monkeypatch.setattr("sys.stdin", SimpleNamespace(isatty=lambda: True))

        def asked(question):
            assert "licence" in question
            if isinstance(answer, BaseException):
                raise answer
            return answer

        monkeypatch.setattr("builtins.input", asked)

    return sits


@pytest.mark.parametrize("answer", ["", "n", "no", "what?", EOFError()])
def test_a_licence_that_is_not_agreed_to(place, server, person, capsys, answer):
    person(answer)
    code, out, err = run(capsys, "data", "get", "hc18")
    assert code == 2
    assert "CC BY 4.0" in out
    assert "cite: T. L. A. van den Heuvel" in out
    assert "Nothing was downloaded: the licence was not agreed to." in err
    assert (server.asked, left(place)) == ([], [])


@pytest.mark.parametrize("answer", ["y", "YES "])
def test_a_licence_that_is_agreed_to(place, person, capsys, answer):
    person(answer)
    assert run(capsys, "data", "get", "hc18")[0] == 0
    assert data_folder("hc18") is not None


def test_ctrl_c_instead_of_an_answer(place, server, person, capsys):
    person(KeyboardInterrupt())
    assert run(capsys, "data", "get", "hc18")[0] == 130
    assert server.asked == []


def test_nobody_is_there_to_agree(place, server, capsys):
    code, _, err = run(capsys, "data", "get", "hc18")  # pytest's stdin is no terminal
    assert code == 2
    assert "fetal-edu data get hc18 --yes" in err
    assert server.asked == []


def test_the_library_wants_the_agreement_too(place, server):
    said = refused(place, agreed=False)
    assert "CC BY 4.0" in said
    assert "PLoS ONE" in said
    assert server.asked == []


# ------------------------------------------------------------------------------------ what goes wrong


def test_no_network(place, monkeypatch):
    table, archive = download.FILES["hc18"]
    gone = (replace(table, address="http://127.0.0.1:9/table.csv"), archive)
    monkeypatch.setitem(download.FILES, "hc18", gone)
    said = refused(place)
    assert "The connection to 127.0.0.1 failed: check the network" in said
    assert "fetal-edu data add" in said


def test_a_server_that_gives_nothing(place, served):
    del served["training_set.zip"]
    assert "does not give training_set.zip (it answers 503): try again later" in refused(place)


def test_a_connection_that_breaks(place, served):
    served["lost"] = 1000  # bytes that were announced and never come
    assert "The connection to 127.0.0.1 failed" in refused(place)


def test_another_archive_than_the_published_one(place, served, images):
    served["training_set.zip"] = zipped(dict(list(images.items())[:2]))
    assert "its SHA-256 is not the published one" in refused(place)


def test_a_second_try_after_a_failure(place, served, capsys):
    sound = served["training_set.zip"]
    served["training_set.zip"] = sound[:-1] + b"x"
    refused(place)
    served["training_set.zip"] = sound
    assert run(capsys, "data", "get", "hc18", "--yes")[0] == 0


@pytest.mark.parametrize("cut", [100, 2000, -30])
def test_an_archive_that_is_cut_short(place, served, expects, cut):
    served["training_set.zip"] = served["training_set.zip"][:cut]
    expects(served["training_set.zip"])
    assert "training_set.zip is damaged: try again later" in refused(place)


def test_an_image_that_is_damaged_in_the_archive(place, served, expects):
    content = bytearray(served["training_set.zip"])
    content[content.index(b"IDAT") + 10] ^= 1
    served["training_set.zip"] = bytes(content)
    expects(served["training_set.zip"])
    assert "training_set.zip is damaged" in refused(place)


@pytest.mark.parametrize(
    "name",
    [
        *("../evil.png", "/tmp/evil.png", "training_set/../../evil.png", "training_set/sub/001_HC.png"),
        *("training_set\\..\\evil.png", "training_set/001_HC.py", "evil", "training_set/001_HC.png/../../x"),
    ],
)
def test_an_archive_that_reaches_out_of_its_folder(place, served, images, expects, name):
    served["training_set.zip"] = zipped(images | {name: b"evil"})
    expects(served["training_set.zip"])
    assert "which is no image of HC18" in refused(place)


def test_an_archive_that_unpacks_to_more_than_the_disk_holds(place, served, expects, monkeypatch):
    served["training_set.zip"] = zipped({"training_set/001_HC.png": bytes(3_000_000)})
    expects(served["training_set.zip"])
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=1_000_000))
    assert "7 MB are needed and 1 MB are free" in refused(place)


def test_a_disk_that_is_too_small(place, server, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=10_000))
    assert "are free on the disk of" in refused(place)
    assert server.asked == []


@pytest.mark.parametrize("when", ["copyfileobj", "move"])
def test_a_disk_that_fills_up(place, monkeypatch, when):
    """While it unpacks, or while pooch puts a download into its place."""

    def full(*args, **options):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(shutil, when, full)
    assert "The disk of" in (said := refused(place))
    assert "is full; nothing was kept" in said


def test_stopped_in_the_middle(place, monkeypatch, capsys):
    def stop(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr(shutil, "copyfileobj", stop)
    code, _, err = run(capsys, "data", "get", "hc18", "--yes")
    assert (code, err) == (130, "fetal-edu: Stopped.\n")
    assert left(place) == []


def test_an_image_that_is_not_the_known_one(place, served, images, expects):
    other = encode(bright_head() // 2)
    served["training_set.zip"] = zipped(images | {"training_set/002_HC.png": other})
    expects(served["training_set.zip"])
    said = refused(place)
    assert "What was downloaded is not what was published" in said
    assert "1 differ from them (002_HC.png)" in said


def test_a_table_that_is_not_the_known_one(place, served):
    served[TABLE] = served[TABLE].replace(b"002_HC.png,0.6", b"002_HC.png,0.7")
    assert f"{TABLE} differs" in refused(place)


@pytest.mark.parametrize("content", [b"<html>Sorry</html>", b"", b"filename,a,b\r\n001_HC.png,0.6\r\n"])
def test_a_table_that_is_none(place, served, content):
    served[TABLE] = content
    assert "What arrived is no copy of HC18" in refused(place)


def test_a_table_that_lacks_images(place, served):
    served[TABLE] = b"\r\n".join(served[TABLE].split(b"\r\n")[:-2])
    assert "knows 2 of 3 images: it arrived damaged" in refused(place)


def test_something_else_is_in_the_way(place, server):
    target = place / "sets" / "hc18"
    target.mkdir(parents=True)
    (target / "thesis.txt").write_text("two years of work")
    with pytest.raises(BadInput, match="is in the way"):
        download.get("hc18", place / "sets", agreed=True)
    assert (target / "thesis.txt").read_text() == "two years of work"
    assert server.asked == []


def test_a_folder_that_cannot_be_made(place):
    (place / "file").touch()
    with pytest.raises(BadInput, match="give a folder that you may write to"):
        download.get("hc18", place / "file" / "below", agreed=True)


def test_an_unknown_set(place, capsys):
    code, out, err = run(capsys, "data", "get", "hc19", "--yes")
    assert (code, out) == (2, "")
    assert "There is no data set 'hc19'; known are: hc18." in err


# ------------------------------------------------------------------------------------ list and verify


def test_list_of_what_is_there(place, capsys):
    code, out, _ = run(capsys, "data", "list")
    assert code == 0
    for expected in ("not on this machine", "fetal-edu data get hc18", "CC BY 4.0", "PLoS ONE", "zenodo"):
        assert expected in out
    run(capsys, "data", "get", "hc18", "--yes")
    out = run(capsys, "data", "list")[1]
    for expected in ("3 annotated images of 3 examinations in ", "user", "CC BY 4.0", "PLoS ONE", "zenodo"):
        assert expected in out


def test_list_with_a_damaged_copy(place, capsys):
    run(capsys, "data", "get", "hc18", "--yes")
    (place / "user" / "fetal_edu" / "hc18" / TABLE).unlink()
    code, out, _ = run(capsys, "data", "list")
    assert code == 0
    assert f"{TABLE} missing" in out
    assert "CC BY 4.0" in out


def test_add_says_what_was_verified(place, images, served, capsys):
    folder = place / "copy"
    (folder / "training_set").mkdir(parents=True)
    for name, content in images.items():
        (folder / name).write_bytes(content)
    (folder / TABLE).write_bytes(served[TABLE])
    (folder / "training_set" / "001_HC_Annotation.png").write_bytes(encode(bright_head()))
    code, out, _ = run(capsys, "data", "add", "hc18", folder)
    assert code == 0
    assert "1 of 3 images and their outlines are those" in out
    assert "1 differ from them (001_HC.png)" in out


def test_the_list_has_the_form_that_it_says():
    rows, listed = verify.listed.__wrapped__()
    assert re.fullmatch(r"[0-9a-f]{64}", rows)
    assert len(listed) == 811
    assert all(re.fullmatch(r"\d+_\d?HC\.png", name) for name in listed)
    assert all(re.fullmatch(r"[0-9a-f]{64}", part) for pair in listed.values() for part in pair)
    assert Path(verify.__file__).with_name("hc18.sha256").stat().st_size < 120_000


@pytest.mark.real_data
def test_all_images_at_hand_are_those_of_the_list(real_data):
    opened = hc18(real_data / "hc18")
    verdict = verify.verify(opened)
    assert verdict.sound
    assert verdict.table is True
    assert (verdict.same, verdict.unlisted) == (len(verify.listed()[1]), len(opened) - 811)


def test_addresses_are_those_of_the_record():
    number = KNOWN["hc18"].source.rpartition(".")[2]
    for remote in download.FILES["hc18"]:
        assert remote.address == f"https://zenodo.org/records/{number}/files/{remote.name}?download=1"
    assert cli_data.DONE == cli.DONE
