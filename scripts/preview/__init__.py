"""An edit -> the page that changed, in the browser: begin at `watch`.

- `watch`: wait for an edit, have it rendered, say what changed
- `server`: serve the pages on this machine, and reload them
"""
