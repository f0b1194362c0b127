"""`Book` -> runs, and what they found: begin at `schedule`.

- `plan`: the tasks of a profile
- `key`: everything that can change a run's outputs, and nothing else
- `why`: what of a key changed
- `schedule`: run many tasks, the longest first, those that are kept not at all
- `cache`: finished runs by their key
- `frozen`: runs of published issues, kept for good
- `local`: runs in processes of this machine
- `workers`: processes that start at once
- `cluster`: runs on a Dask cluster
- `stored`: a run as JSON, and back
- `request`: task -> what a worker is asked; what it answers -> run
- `progress`: what is shown meanwhile
- `recorded`: what recorded runs found, in the runs of a build
- `collect`: runs -> checks, and everything that makes a build fail
- `report`: what failed, for people and for machines
"""
