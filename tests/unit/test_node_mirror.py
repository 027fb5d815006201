"""The private root is fetched from the mirror that the machine uses already."""

from pathlib import Path

from flow.debian.mirror import KEYRING, Mirror, find_mirror
from flow.debian.root import write_apt_configuration


def _etc(tmp_path: Path, **files: str) -> Path:
    (tmp_path / "sources.list.d").mkdir()
    for name, text in files.items():
        stem, _, kind = name.rpartition("_")
        path = tmp_path / "sources.list" if name == "main" else tmp_path / "sources.list.d" / f"{stem}.{kind}"
        path.write_text(text)
    return tmp_path


def test_one_line_format_with_options(tmp_path: Path) -> None:
    line = "# deb http://old bookworm main\ndeb [arch=amd64 signed-by=/k.gpg] http://m/debian bookworm main contrib\n"
    assert find_mirror(_etc(tmp_path, main=line)) == Mirror("http://m/debian", "/k.gpg")


def test_one_line_format_without_options(tmp_path: Path) -> None:
    line = "deb http://m/debian stable main # ours\n"
    assert find_mirror(_etc(tmp_path, main=line)) == Mirror("http://m/debian", KEYRING)


def test_deb822_format_with_comments_and_continued_lines(tmp_path: Path) -> None:
    text = "Types: deb\n# an old address\nURIs: http://m/debian\nSuites: trixie\n trixie-updates\nComponents: main\n"
    assert find_mirror(_etc(tmp_path, debian_sources=text)) == Mirror("http://m/debian", KEYRING)


def test_mirror_lists_of_cloud_images_are_kept_as_they_are(tmp_path: Path) -> None:
    text = "Types: deb\nURIs: mirror+file:///etc/apt/mirrors/debian.list\nSuites: bookworm\nComponents: main\n"
    found = find_mirror(_etc(tmp_path, debian_sources=text))
    assert found is not None
    assert found.uri == "mirror+file:///etc/apt/mirrors/debian.list"


def test_third_parties_and_switched_off_sources_are_passed_over(tmp_path: Path) -> None:
    etc = _etc(
        tmp_path,
        cloud_list="deb https://cloud.example/apt cloud-sdk-bookworm main\n",
        node_sources="Types: deb\nURIs: https://node.example\nSuites: nodistro\nComponents: main\n",
        off_sources="Types: deb\nURIs: http://off/debian\nSuites: bookworm\nComponents: main\nEnabled: no\n",
    )
    assert find_mirror(etc) is None


def test_a_key_written_into_the_source_gives_way_to_debians_keyring(tmp_path: Path) -> None:
    text = (
        "Types: deb\nURIs: http://m/debian\nSuites: sid\nComponents: main\n"
        "Signed-By:\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n mQINB\n -----END PGP PUBLIC KEY BLOCK-----\n"
    )
    assert find_mirror(_etc(tmp_path, debian_sources=text)) == Mirror("http://m/debian", KEYRING)


def test_the_private_apt_touches_nothing_outside_its_directory(tmp_path: Path) -> None:
    config = write_apt_configuration(tmp_path / "apt", Mirror("http://m/debian"), "arm64").read_text()
    assert (tmp_path / "apt/etc/sources.list").read_text() == f"deb [signed-by={KEYRING}] http://m/debian forky main\n"
    assert 'APT::Architecture "arm64"' in config
    for setting in ("Dir::State ", "Dir::State::status", "Dir::Cache ", "Dir::Etc::sourcelist", "Dir::Log"):
        line = next(line for line in config.splitlines() if line.startswith(setting))
        assert str(tmp_path) in line
