"""A book -> what the addresses of other sites answer that it names: begin at `survey`.

The only room that asks the network about what sources say; `check --links` enters it.

- `named`: a book -> the addresses that it names, each with its places
- `answers`: what a server said -> whether the address is good, moved, gone or can't be told
- `ask`: one address -> what its server said; the edge to the network
- `survey`: all addresses, some hosts at once, each host one address at a time
- `kept`: answers of earlier days
"""
