"""Claims and their verdicts -> the register that others can use: begin at `claims`.

- `claims`: what the register holds
- `formats`: JSON and CSV
- `pages`: what stands at each claim's own address
- `codecheck`: an issue's checks as CODECHECK tells of them
"""
