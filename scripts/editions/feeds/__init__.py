"""Issues and verdicts -> feeds: begin at `entries`.

- `entries`: what the feeds hold
- `formats`: Atom, RSS and JSON Feed
"""
