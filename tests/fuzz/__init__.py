"""Fuzzing: files that are damaged or hostile end in a result or in a sentence, and in nothing else.

`make fuzz` makes inputs from small valid files by seeded mutations, and gives each to a reader in a child process that
has 1 GiB of memory and 5 seconds for it. Right are a result and an `AcutanceError`. Any other exception, a crash, a
hang, and memory beyond the limit are kept as files in build/fuzz/found/, named at the end, and told by the exit status.

    PYTHONPATH=tests python -m fuzz                               # 100,000 pictures and 100,000 checkpoints
    PYTHONPATH=tests python -m fuzz checkpoints --count 2000 --seed 7
    PYTHONPATH=tests python -m fuzz pictures --only 31415         # one input again, in this process, with its traceback
"""
