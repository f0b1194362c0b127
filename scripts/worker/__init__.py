"""One request -> one executed notebook, in a process of its own: begin at `notebook`.

Takes and gives JSON, knows nothing of books and imports no other room, so that it runs as well on
another machine. All of this package is in the key of every run.

- `notebook`: execute a request with papermill, within its limits
- `engine`: papermill's engine, and what it saw of the cells
- `opened`: which files a notebook read without saying so
- `process`: a worker as a process, the socket to it, its environment, its machine
- `warm_server`: fork workers from a process that has imported what they need
- `warm_kernel`: kernels that start at once
"""
