"""A page -> what a learner runs alone, in an empty folder: begin at `notebooks`.

- `notebooks`: learners' notebooks
- `programs`: the same as programs
- `dependencies`: what a copy needs to stand alone: modules and packages, by name
- `setup`: the cell that holds our modules as text, cut to what the copy reaches
- `literals`: what the build hands to a page, written into its code
"""
