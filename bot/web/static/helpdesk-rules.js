/* The rule tables, to search in and to lay beside each other. */
import { api, attempt, byId, html, icon, inWords, signOf, timeline, words } from "./helpdesk-common.js";

// Values that only a rule has, not a fact.
const WHEN = { within_limit: "nog niet te lang geleden", after_limit: "te lang geleden", unsaid: "niet gezegd" };

const [vocabulary, table] = await attempt(() => Promise.all([words(), api("/api/rules")])) ?? [];

if (table) {
  byId("edition").append(...vocabulary.values.edition.map(option));
  byId("role").append(...vocabulary.values.role.map(option));
  byId("editions").append(...table.editions.map(edition));
  byId("stays").append(...vocabulary.values.role.map(stays));
  byId("filter").addEventListener("input", filter);
  byId("filter").addEventListener("submit", (event) => event.preventDefault());
  filter();
  // The rules came after the page, so that the browser could not yet go to the one in the address.
  if (location.hash) location.replace(location.hash);
}

function option({ value, label }) {
  return html("option", { value }, label);
}

/** How long people of a role may stay, the editions beside each other. */
function stays({ value: role, label }) {
  const columns = table.editions.map(({ title, rules }) => {
    const own = rules.filter((rule) => rule.role === role).flatMap((rule) => rule.stays);
    return { title, stays: [...new Map(own.map((stay) => [stay.explanation, stay])).values()] };
  });
  if (!columns.some((column) => column.stays.length)) return "";
  return html("section", { "aria-label": label },
    html("h2", {}, label),
    html("div", { class: "beside" }, columns.map((column) => html("div", {},
      html("h3", {}, column.title),
      column.stays.map((stay) => html("div", {},
        html("p", { class: "small" },
          `${plan(stay)}: ${inWords(stay.min)} tot ${inWords(stay.max)}`),
        timeline(stay)))))));
}

/** What somebody is going to do there, if a stay depends on it. */
function plan({ activities }) {
  if (!activities.length) return "Elk verblijf";
  if (activities.includes("unsaid")) return "Plan nog niet bekend";
  return activities.map((activity) => vocabulary.of("activity", activity)).join(", ");
}

function edition({ edition: name, title, first_day, last_day, is_default, sources, rules }) {
  return html("section", { class: "edition", "data-edition": name, "aria-label": title },
    html("h2", {}, title, is_default && " (hiermee antwoordt de bot)"),
    html("p", { class: "small" }, `Geldig van ${day(first_day)} tot en met ${day(last_day)}.`),
    html("details", {}, html("summary", {}, `Bronnen (${sources.length})`),
      html("ul", {}, sources.map((source) => html("li", {},
        html("a", { href: source.address, rel: "noopener" }, source.title),
        `, geraadpleegd op ${day(source.consulted)}`)))),
    html("ul", { class: "rules" }, rules.map((rule) => card(name, rule))));
}

function day(iso) {
  return new Date(`${iso}T12:00`).toLocaleDateString("nl", { day: "numeric", month: "long", year: "numeric" });
}

function card(name, rule) {
  const row = (term, text) => html("div", {}, html("dt", {}, term), html("dd", {}, text));
  const labels = (values, of) => values.map((value) => vocabulary.of(of, value)).join(", ");
  const when = Object.entries(rule.when).map(([fact, values]) =>
    row(vocabulary.facts[fact], values.map((value) => WHEN[value] ?? vocabulary.of(fact, value)).join(", ")));
  const node = html("li", { class: `rule card ${signOf(rule.verdict)}`, id: `${name}/${rule.id}`, "data-role": rule.role },
    html("h3", {}, rule.id),
    html("p", { class: "verdict" }, icon(signOf(rule.verdict)), vocabulary.of("verdict", rule.verdict)),
    html("dl", {},
      row("Rol", vocabulary.of("role", rule.role)),
      row("Wie", labels(rule.statuses, "status")),
      when,
      rule.reason && row("Reden", vocabulary.of("reason", rule.reason)),
      row("Kernactie", rule.key_action ? vocabulary.of("key_action", rule.key_action) : "geen")),
    rule.stays.map((stay) => html("div", {},
      html("p", { class: "small" }, stay.activities.length > 0 && `${plan(stay)}: `, stay.explanation),
      timeline(stay))),
    html("p", {}, rule.explanation),
    rule.conditions.length > 0 && html("ul", {}, rule.conditions.map((text) => html("li", {}, text))),
    html("p", { class: "small" }, rule.next_step),
    html("blockquote", {}, rule.source.quote),
    html("p", { class: "small" }, rule.source.heading && `Onder “${rule.source.heading}” in `,
      html("a", { href: rule.source.address, rel: "noopener" }, rule.source.title)));
  return node;
}

function filter() {
  const sought = plain(byId("search").value).split(/\s+/).filter(Boolean);
  let count = 0;
  for (const section of document.querySelectorAll(".edition")) {
    let shown = 0;
    for (const rule of section.querySelectorAll(".rule")) {
      const text = plain(rule.textContent);
      rule.hidden = !(sought.every((word) => text.includes(word)) && (byId("role").value || rule.dataset.role) === rule.dataset.role);
      shown += !rule.hidden;
    }
    const chosen = (byId("edition").value || section.dataset.edition) === section.dataset.edition;
    section.hidden = !chosen || !shown;
    if (chosen) count += shown;
  }
  byId("count").textContent = count === 1 ? "1 regel" : `${count} regels`;
}

function plain(text) {
  return text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "");
}
