/* What colleagues and visitors thought of answers, and the files to learn from it. */
import { api, attempt, byId, html, icon, inWords, words } from "./helpdesk-common.js";

const [vocabulary, feedback] = await attempt(() => Promise.all([words(), api("/api/reviews")])) ?? [];

if (feedback) {
  byId("exports").append(
    download("nlu.yml", "Trainingszinnen voor Rasa (nlu.yml)"),
    ...vocabulary.values.edition.map(({ value, label }) => download(`${value}.yml`, `Scenario's voor ${label}`)));
  byId("reviews").append(...feedback.reviews.map(review));
  byId("votes").append(...Object.entries(feedback.votes).map(([rule, { useful, not_useful }]) =>
    html("tr", {}, html("th", { scope: "row" }, rule), html("td", {}, String(useful)), html("td", {}, String(not_useful)))));
  byId("wrong").addEventListener("change", filter);
  filter();
}

function download(file, label) {
  return html("a", { href: `/api/reviews/${file}`, download: file }, label);
}

function review({ text, understood, facts, edition, rule, right, remark, day }) {
  const sign = right ? "yes" : "no";
  const changed = JSON.stringify(understood) !== JSON.stringify(facts);
  return html("li", { class: `card ${sign}`, "data-right": String(right) },
    html("p", { class: "verdict" }, icon(sign), right ? "Klopt" : "Klopt niet"),
    remark && html("p", {}, html("strong", {}, "Namelijk: "), remark),
    html("p", { class: "text" }, text),
    html("p", { class: "small" }, changed ? "Feiten, aangepast: " : "Feiten: ", described(facts)),
    html("p", { class: "small" }, `${day} · ${edition} · ${rule ?? "nog een vraag open"}`));
}

function described(facts) {
  return Object.entries(facts).map(([name, value]) =>
    `${vocabulary.facts[name]}: ${typeof value === "string" ? vocabulary.of(name, value) : span(value)}`).join("; ") || "geen";
}

function span({ earliest, latest, first_day, last_day, shortest, longest, absurd }) {
  if (shortest) return inWords(shortest === longest ? shortest : `${shortest}/${longest}`);
  if (absurd) return absurd;
  return `${earliest ?? first_day} t/m ${latest ?? last_day}`;
}

function filter() {
  let shown = 0;
  for (const node of byId("reviews").children) {
    node.hidden = byId("wrong").checked && node.dataset.right === "true";
    shown += !node.hidden;
  }
  byId("count").textContent = shown === 1 ? "1 oordeel" : `${shown} oordelen`;
}
