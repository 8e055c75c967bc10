#!/usr/bin/env bash
# Builds the wheel, installs it into an empty venv, and uses it in an empty folder.
set -euo pipefail
python=$1
here=$(pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$python" -m build --quiet --outdir "$work/dist" .
"$python" - "$work"/dist/*.whl <<'PY'
import sys, zipfile
names = zipfile.ZipFile(sys.argv[1]).namelist()
wrong = [n for n in names if not n.startswith(("rag/", "readout_rag-"))]
assert not wrong, f"the wheel holds what it should not: {wrong[:5]}"
assert any(n.startswith("rag/_prompts/") for n in names), "the wheel lacks the prompts"
PY
python3 -m venv "$work/venv"
pip="$work/venv/bin/python -m pip --quiet --disable-pip-version-check"
$pip install --constraint constraints.txt 'torch==2.13.0'
$pip install --constraint constraints.txt "$work"/dist/*.whl
mkdir "$work/empty" && cd "$work/empty"
rag="$work/venv/bin/rag"
$rag --help >/dev/null
$rag init .
cp "$here"/seeds/*.txt seeds/
$rag prompts
$rag index
$rag ask --evidence "What did Pakistan say about Xinjiang?" | tee "$work/answer"
grep -q "003_138cc3f4377e1348.txt" "$work/answer"
echo "The wheel works in an empty folder."
