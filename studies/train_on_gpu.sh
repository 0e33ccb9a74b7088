#!/usr/bin/env bash
# Trains the x4 network that ships on a GPU that is there for ten minutes, with nothing but this checkout and two files.
#
#   python studies/packed.py DIR... -o build/crops.zip; cp DIR/rlfn_x4.pth build/     before, where the pictures are
#   studies/train_on_gpu.sh                                                            there; build/ has to come along
#   DEVICE=cpu studies/train_on_gpu.sh --steps 10 --batch 2 --patch 96                 to see that it runs, anywhere
#
# What it reached lies in $OUT, ./gpu-results without it, twice a minute. Then studies/ship.py.
set -euo pipefail
cd "$(dirname "$0")/.."
export OUT="${OUT:-gpu-results}" PYTHONUNBUFFERED=1 PYTHONPATH="src:studies${PYTHONPATH:+:$PYTHONPATH}"
python="${PYTHON:-$([ -x .venv/bin/python ] && echo .venv/bin/python || echo python3)}"
mkdir -p "$OUT"
"$python" studies/train_on_gpu.py build/crops.zip --weights build --init rlfn-x4 --device "${DEVICE:-cuda}" "$@" \
  2>&1 | tee "$OUT/log.txt"
