// The page without waiting for pages: parts are asked for, codes come as one types.
"use strict";

const form = document.getElementById("try");
const query = document.getElementById("query");
const list = document.getElementById("suggestions");
const told = document.getElementById("told");
const key = document.getElementById("key");
let asking = null; // the request for suggestions that runs
let takesFirst = false; // Enter came before the suggestions did
let turn = 0; // of the parts that were asked for: a late one must not cover a later one

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const button = event.submitter;
  const isCard = button?.name === "show" || button?.value === "find";
  ask(isCard ? "card" : "result", button?.name, button?.value, button);
});

async function ask(part, name, value, button) {
  const body = new URLSearchParams(new FormData(form));
  if (name) body.set(name, value);
  const place = document.getElementById(part);
  const mine = (turn += 1);
  const wasInside = document.getElementById("result").contains(button) || place.contains(button);
  place.setAttribute("aria-busy", "true");
  const html = await answer(body, part);
  place.removeAttribute("aria-busy");
  if (mine !== turn) return;
  if (html === null) return complain(place, form.dataset.unreachable);
  place.innerHTML = html;
  told.textContent = place.querySelector("[data-told]")?.dataset.told ?? "";
  if (wasInside) place.querySelector("[tabindex='-1']")?.focus();
  else place.firstElementChild?.scrollIntoView({ block: "nearest" });
}

async function answer(body, part) {
  try {
    const said = await fetch(form.action, { method: "POST", body, headers: { "X-Part": part } });
    const isPage = said.headers.get("Content-Type")?.startsWith("text/html");
    return isPage ? await said.text() : null;
  } catch {
    return null;
  }
}

function complain(place, text) {
  const notice = document.createElement("p");
  notice.className = "notice";
  notice.setAttribute("role", "alert");
  notice.textContent = text;
  place.replaceChildren(notice);
}

// The box of suggestions: an editable combobox with a listbox (WAI-ARIA practices).
query.setAttribute("role", "combobox");
query.setAttribute("aria-autocomplete", "list");
query.setAttribute("aria-controls", list.id);
close();

query.addEventListener("input", suggest);
query.addEventListener("blur", close);
query.addEventListener("keydown", (event) => {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    if (list.hidden) suggest();
    else move(event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Enter") {
    event.preventDefault();
    if (asking) takesFirst = true; // of what was typed, not of what is still shown
    else if (!list.hidden) take(active() ?? list.firstElementChild);
  } else if (event.key === "Escape") {
    event.preventDefault();
    if (list.hidden) query.value = "";
    close();
  }
});
list.addEventListener("mousedown", (event) => event.preventDefault()); // the box keeps the focus
list.addEventListener("click", (event) => take(event.target.closest("[role=option]")));

async function suggest() {
  asking?.abort();
  takesFirst = false;
  if (!query.value.trim()) {
    asking = null;
    return close();
  }
  const mine = (asking = new AbortController());
  const headers = key?.value ? { Authorization: `Bearer ${key.value}` } : {};
  const address = `${form.dataset.suggest}&q=${encodeURIComponent(query.value)}`;
  try {
    const said = await fetch(address, { headers, signal: mine.signal });
    if (!said.ok) throw new Error(said.status);
    offer((await said.json()).suggestions);
  } catch {
    if (mine === asking) {
      asking = null;
      close();
    }
    return; // another question is on its way, or nobody is there
  }
  if (mine !== asking) return;
  asking = null;
  if (takesFirst && list.firstElementChild) take(list.firstElementChild);
}

function offer(found) {
  list.replaceChildren(...found.map(option));
  list.hidden = !found.length;
  query.setAttribute("aria-expanded", String(!list.hidden));
  query.removeAttribute("aria-activedescendant");
  const many = found.length === 1 ? form.dataset.foundOne : form.dataset.foundMany;
  told.textContent = found.length ? many.replace("#", found.length) : form.dataset.notFound;
}

function option(one, place) {
  const item = document.createElement("li");
  item.id = `suggestion-${place}`;
  item.role = "option";
  item.ariaSelected = "false";
  item.dataset.code = one.code_path ?? one.code;
  const parts = [["code", one.code], ["label", one.label]];
  if (one.text) parts.push(["found-by", one.text]);
  parts.push(["path", one.path.map((above) => above.label).join(" › ")]);
  for (const [name, text] of parts) {
    const part = document.createElement("span");
    part.className = name;
    part.textContent = text;
    item.append(part, " ");
  }
  return item;
}

function active() {
  return list.querySelector("[aria-selected=true]");
}

function move(step) {
  const all = [...list.children];
  const now = all.indexOf(active());
  const next = all[now < 0 && step < 0 ? all.length - 1 : (now + step + all.length) % all.length];
  for (const item of all) item.ariaSelected = String(item === next);
  query.setAttribute("aria-activedescendant", next.id);
  next.scrollIntoView({ block: "nearest" });
}

function take(item) {
  if (!item) return;
  query.value = item.querySelector(".label").textContent;
  close();
  ask("card", "show", item.dataset.code, query);
}

function close() {
  list.hidden = true;
  query.setAttribute("aria-expanded", "false");
  query.removeAttribute("aria-activedescendant");
}
