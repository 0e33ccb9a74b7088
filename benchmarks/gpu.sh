#!/usr/bin/env bash
# Everything that wants a GPU, in one go of under 8 minutes and without a network: the tests marked gpu, what a step of
# training costs, and its timeline. The results lie in $OUT, ./gpu-results without it.
#
#   benchmarks/gpu.sh                    on a machine with a GPU
#   DEVICE=cpu STEPS=2 benchmarks/gpu.sh    to see that it runs, anywhere
#
# Nothing is installed: .venv is taken where there is one, otherwise a python3 that has torch ($PYTHON names another).
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1

export OUT="${OUT:-gpu-results}" DEVICE="${DEVICE:-cuda}" STEPS="${STEPS:-30}" PYTHONUNBUFFERED=1
export PYTHONPATH="src:tests${PYTHONPATH:+:$PYTHONPATH}"
python="${PYTHON:-$([ -x .venv/bin/python ] && echo .venv/bin/python || echo python3)}"
mkdir -p "$OUT"

limited() {  # SECONDS COMMAND...: on a GPU the whole stays under 8 minutes; a CPU takes what it takes
  if [ "$DEVICE" = cpu ]; then "${@:2}"; else timeout "$@"; fi
}

status=0
nvidia-smi 2>/dev/null | tee "$OUT/log.txt"

# Shapes are checked only where the checker is at hand.
checked=()
"$python" -c "import beartype" 2>/dev/null || checked=(-o "addopts=-ra --strict-markers")
limited 150 "$python" -m pytest "${checked[@]}" -m gpu tests/test_gpu.py 2>&1 | tee -a "$OUT/log.txt" || status=1

limited 310 "$python" benchmarks/gpu.py 2>&1 | tee -a "$OUT/log.txt" || status=1

ls -l "$OUT"
exit $status
