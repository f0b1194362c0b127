// In a preview only: load this page again when it was written, and say what is wrong with the
// sources.
const { page, version } = document.currentScript.dataset;

function show(problems, running) {
  document.querySelector(".preview-problems")?.remove();
  if (!problems.length && !running) return;
  const box = document.createElement("section");
  box.className = "preview-problems";
  box.setAttribute("role", "status");
  const head = document.createElement("p");
  head.textContent = problems.length > 1 ? `${problems.length} problems` : "One problem";
  if (!problems.length) head.textContent = running;
  const list = document.createElement("ul");
  for (const problem of problems) {
    list.appendChild(document.createElement("li")).textContent = problem;
  }
  box.append(head, list);
  document.body.append(box);
}

const events = new EventSource(`/preview/events?${new URLSearchParams({ page, version })}`);
events.addEventListener("message", (event) => {
  const { again, problems, running } = JSON.parse(event.data);
  if (again) location.reload();
  else show(problems, running);
});
// A page that is left would keep its connection; a browser has six of them.
addEventListener("pagehide", () => events.close());
