"""The one place where the framework's way of bundling is changed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from reflex_base.compiler.templates import vite_config_template

from flow.web import bundle
from flow.web.bundle import with_our_plugin

CONFIGURATION = vite_config_template("/", hmr=True, force_full_reload=False, experimental_hmr=False, sourcemap=False)
LEAN = Path(bundle.__file__).with_name("client") / "lean.js"
NODE = {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}


def test_the_framework_is_given_our_plugin_and_no_division_into_files_of_its_own() -> None:
    ours = with_our_plugin(CONFIGURATION)
    assert ours.startswith("import lean")
    assert "    lean(),\n    alwaysUseReactDomServerNode()," in ours
    assert "reflex-env" not in ours


def test_a_configuration_that_has_it_stays_as_it_is() -> None:
    ours = with_our_plugin(CONFIGURATION)
    assert with_our_plugin(ours) == ours


@pytest.mark.parametrize("part", ["  plugins: [\n", 'name: "reflex-env"'])
def test_a_framework_that_configures_its_bundler_otherwise_is_told(part: str) -> None:
    with pytest.raises(ValueError, match="another way"):
        with_our_plugin(CONFIGURATION.replace(part, "  other: [\n"))


@pytest.mark.parametrize(
    ("module", "code"),
    [
        ("/x/app/routes/page.jsx", 'jsx("p",{css:({ ["color"] : "red" })},)'),
        ("/x/utils/context.jsx", 'export const clientStorage = {"cookies": {"theme": {}}}'),
        ("/x/app/root.jsx", "the root without what the framework exposes"),
    ],
)
def test_what_the_pages_do_without_is_not_lost_silently(module: str, code: str) -> None:
    """A style that nobody would carry out, a cookie nobody would keep, and a root that is not the one we know."""
    program = (
        "const { default: lean } = await import(process.argv[1]); lean().transform(process.argv[2], process.argv[3]);"
    )
    command = ["node", "--input-type=module", "--eval", program, "--", LEAN.as_uri(), code, module]
    told = subprocess.run(command, env=NODE, capture_output=True, text=True, check=False)
    assert told.returncode != 0
    assert "Error: lean.js:" in told.stderr
