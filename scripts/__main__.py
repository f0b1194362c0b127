import gc

from scripts.core.system.signals import supervise

if __name__ == "__main__":
    supervise()
    from scripts.cli import main

    # What a build reads is large and stays: to look it all through again and again for garbage took
    # a fifth of the time of a rebuild, and again as much when it left. Pages are collected all the
    # same.
    gc.set_threshold(50_000, 20, 1000)
    try:
        main(prog_name="python -m scripts")
    finally:
        gc.freeze()
