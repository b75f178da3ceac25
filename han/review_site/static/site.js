// Keys of the page. Everything here presses buttons that are there without it, too.
"use strict";

const form = document.getElementById("answer");
const query = document.getElementById("query");
const codes = document.getElementById("codes");
const told = document.getElementById("told");
const NEW = 250; // ms in which a key is meant for the page before
let shownAt = performance.now();
let sent = false;
let asked = null; // the request for codes that runs
let takesFirst = false; // Enter came before the codes did

const comment = document.getElementById("comment");

// What the browser asks before a page goes: a link would lose the comment.
window.addEventListener("beforeunload", (event) => {
  if (comment && !sent && comment.value !== comment.dataset.stored) event.preventDefault();
});
window.addEventListener("pageshow", () => { sent = false; shownAt = performance.now(); });

form?.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (button?.getAttribute("formaction")?.endsWith("/codes")) {
    event.preventDefault();
    const under = button.name === "under" ? button.value : null;
    find(under, under !== null);
  } else if (sent) {
    event.preventDefault();
  } else {
    sent = true; // a decision is sent once
  }
});

async function find(under, moves) {
  asked?.abort();
  asked = new AbortController();
  const body = new URLSearchParams({ csrf: form.elements.csrf.value });
  if (under === null) body.set("query", query.value);
  else body.set("under", under);
  const address = form.action.replace(/decide$/, "codes");
  try {
    const answer = await fetch(address, {
      method: "POST", body, headers: { "X-Part": "codes" }, signal: asked.signal,
    });
    if (!answer.ok || answer.redirected) return location.reload();
    codes.innerHTML = await answer.text();
  } catch (error) {
    return; // another question is on its way, or nobody is there
  }
  asked = null;
  told.textContent = codes.querySelector("[data-found]").textContent;
  if (takesFirst && takeButtons().length) takeButtons()[0].click();
  takesFirst = false;
  if (moves) (codes.querySelector("li:not(.parent) .take") ?? takeButtons()[0])?.focus();
}

function takeButtons() {
  return [...codes.querySelectorAll(".take")];
}

query?.addEventListener("input", () => {
  takesFirst = false;
  find(null, false);
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const at = document.activeElement;
  if (at === query) inBox(event);
  else if (at.matches("textarea, input")) leaveOnEscape(event, at);
  else if (codes?.contains(at)) amongCodes(event, at);
  else singleKey(event);
});

function inBox(event) {
  if (event.key === "ArrowDown") {
    event.preventDefault();
    takeButtons()[0]?.focus();
  } else if (event.key === "Enter") {
    event.preventDefault();
    if (asked) takesFirst = true; // of what was typed, not of what is still shown
    else if (query.value.trim() && !event.repeat) takeButtons()[0]?.click();
  } else if (event.key === "Escape") {
    query.value = "";
    codes.replaceChildren();
    leaveOnEscape(event, query);
  }
}

function leaveOnEscape(event, at) {
  if (event.key !== "Escape") return;
  event.preventDefault();
  at.blur();
}

function amongCodes(event, at) {
  const all = takeButtons();
  const item = at.closest("li");
  const place = all.indexOf(item?.querySelector(".take"));
  const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (move) {
    event.preventDefault();
    (all[place + move] ?? (move < 0 ? query : at)).focus();
  } else if (event.key === "ArrowRight") {
    item?.querySelector(".open")?.click();
  } else if (event.key === "ArrowLeft") {
    codes.querySelector(".up")?.click();
  } else if (event.key === "Escape") {
    at.blur();
  } else if (event.key === "Enter" && event.repeat) {
    event.preventDefault();
  } else if (event.key.length === 1 && event.key !== " ") {
    query.focus(); // letters go on with the search
  }
}

function singleKey(event) {
  if (event.key === "/") return focusOn(event, query);
  if (event.key === "c") return focusOn(event, comment);
  if (event.key === "?") return openKeys(event);
  const button = event.key.length === 1
    ? document.querySelector(`[data-key="${CSS.escape(event.key)}"]`) : null;
  if (!button) {
    if (event.key === "i") toggleNotes();
    return;
  }
  event.preventDefault();
  const isEarly = performance.now() - shownAt < NEW;
  if (event.repeat || isEarly || sent) return; // nobody has read the answer yet
  button.click();
}

function focusOn(event, box) {
  if (!box) return;
  event.preventDefault();
  box.focus();
}

function openKeys(event) {
  const keys = document.getElementById("keys");
  if (!keys) return;
  event.preventDefault();
  keys.open = !keys.open;
  if (keys.open) keys.querySelector("summary").focus();
}

function toggleNotes() {
  const notes = [...document.querySelectorAll(".left details.notes")];
  const isOpen = notes.some((one) => one.open);
  for (const one of notes) one.open = !isOpen;
}
