"""What is asked of the machine: processes, signals, locks, rights.

- `forks`: work in a second process with this one's memory
- `signals`: an end within two seconds when one is asked for
- `deadline`: a limit to what one thing may cost
- `lock`: one builder at a time
- `owner`: whether a cache is this account's own
- `machine`: what the machine refuses, as problems
"""
