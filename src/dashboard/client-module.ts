/**
 * The browser's part, served as `/assets/dashboard.js`: it follows `/api/changes` and fetches the parts of the page that
 * a change is about, as the server draws them. Nothing else needs it: pages work without scripts.
 */
export const clientModule = `
const { namespace, copy, copied, pause, resume, live, reconnecting } = document.body.dataset;
const status = document.getElementById("live-status");
const minIntervalMs = 500;
const changed = new Set();
let isPaused = false;
let isRunning = false;
let nextMs = 0;
let timer;

function sections() {
  return [...document.querySelectorAll("section[data-resources]")];
}

function concerns(section, resources) {
  return section.dataset.resources.split(" ").some((resource) => resources.has(resource));
}

function schedule() {
  if (isPaused || isRunning || timer !== undefined || changed.size === 0) return;
  timer = setTimeout(refresh, Math.max(0, nextMs - Date.now()));
}

async function refresh() {
  timer = undefined;
  isRunning = true;
  const startMs = Date.now();
  const resources = new Set(changed);
  changed.clear();
  let failedMs = 0;
  try {
    const response = await fetch(location.href, { headers: { accept: "text/html" } });
    if (response.redirected) return location.reload();
    if (response.ok) replace(new DOMParser().parseFromString(await response.text(), "text/html"), resources);
  } catch {
    for (const resource of resources) changed.add(resource);
    failedMs = 2000;
  }
  // A page that takes long to draw is drawn less often, so that a busy server is not kept busy by its watchers.
  nextMs = Math.max(startMs + minIntervalMs, Date.now() + failedMs, startMs + 4 * (Date.now() - startMs));
  isRunning = false;
  schedule();
}

function replace(next, resources) {
  for (const section of sections()) {
    if (!concerns(section, resources)) continue;
    const fresh = next.getElementById(section.id);
    if (fresh === null) {
      section.replaceChildren();
      continue;
    }
    for (const button of section.querySelectorAll("button.copy")) button.remove();
    const open = new Set([...section.querySelectorAll("details[id][open]")].map((details) => details.id));
    for (const details of fresh.querySelectorAll("details[id]")) if (open.has(details.id)) details.open = true;
    if (fresh.innerHTML !== section.innerHTML) {
      const focused = section.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
      section.replaceChildren(...fresh.childNodes);
      if (focused !== null) [...section.querySelectorAll("a")].find((link) => link.getAttribute("href") === focused)?.focus();
    }
    addCopyButtons(section);
  }
  // Parts that there were not before, such as failures when there had been no runs.
  if ([...next.querySelectorAll("section[data-resources]")].some(({ id }) => document.getElementById(id) === null)) {
    location.reload();
  }
}

function addCopyButtons(root) {
  if (navigator.clipboard === undefined) return;
  for (const block of root.querySelectorAll("pre[data-copyable]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = copy;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(block.textContent);
      button.textContent = copied;
      setTimeout(() => { button.textContent = copy; }, 1500);
    });
    block.after(button);
  }
}

function follow() {
  const source = new EventSource("/api/changes" + (namespace ? "?namespace=" + encodeURIComponent(namespace) : ""));
  const all = () => {
    for (const section of sections()) for (const resource of section.dataset.resources.split(" ")) changed.add(resource);
    schedule();
  };
  const text = document.createElement("span");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "quiet";
  button.textContent = pause;
  button.addEventListener("click", () => {
    isPaused = !isPaused;
    button.textContent = isPaused ? resume : pause;
    schedule();
  });
  status.append(text, " ", button);
  source.addEventListener("open", () => { text.textContent = live; });
  source.addEventListener("hello", all);
  source.addEventListener("change", (message) => {
    changed.add(JSON.parse(message.data).resource);
    schedule();
  });
  source.addEventListener("error", () => {
    text.textContent = reconnecting;
    // A browser does not try again after an answer that is no stream, such as that of a server that starts anew.
    if (source.readyState === EventSource.CLOSED) setTimeout(() => location.reload(), 3000);
  });
}

addCopyButtons(document);
if (sections().some((section) => section.dataset.resources !== "")) follow();
`;
