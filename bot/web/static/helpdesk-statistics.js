/* What visitors asked, what was not understood, and what was marked wrong. */
import { api, attempt, byId, html, words } from "./helpdesk-common.js";

const TYPES = {
  answer: "Antwoord uit de regels",
  question: "Vraag terug",
  info: "Uitleg over het programma",
  smalltalk: "Groeten en bedanken",
  handover: "Naar een mens verwezen",
  out_of_scope: "Over iets anders",
  fallback: "Niet begrepen",
};

const TOPICS = {
  programme: "Wat Erasmus+ is",
  budget: "Budget van het programma",
  key_actions: "Kernacties",
  ka1_goals: "Doelen van KA1",
  ka1_activities: "Activiteiten van KA1",
  ka1_target_groups: "Voor wie KA1 is",
  ka2_goals: "Doelen van KA2",
  ka2_activities: "Activiteiten van KA2",
  ka2_target_groups: "Voor wie KA2 is",
  apply: "Aanvragen",
  contact: "Contact",
  countries: "Landen",
  funding: "Geld voor deelnemers",
  practical: "Praktische zaken",
  privacy: "Privacy",
  editions: "Periodes van het programma",
};

const [vocabulary, figures] = await attempt(() => Promise.all([words(), api("/api/statistics")])) ?? [];

if (figures) {
  const { days, conversations, messages, wrong_reviews: wrong } = figures;
  byId("total").textContent =
    `De laatste ${days} dagen: ${counted(conversations, "gesprek", "gesprekken")} met `
    + `${counted(messages, "bericht", "berichten")}. `
    + `Collega's vonden ${wrong} keer dat een antwoord niet klopte.`;
  byId("tables").append(
    table("Soorten antwoord", ["Soort", "Aantal", "Deel"], figures.types.map(({ type, count }) =>
      [TYPES[type] ?? type, count, share(count, figures.types)])),
    table("Regels die antwoord gaven", ["Regel", "Uitkomst", "Aantal"],
      figures.rules.map(({ edition, rule, verdict, count }) =>
        [link(edition, rule), vocabulary.of("verdict", verdict), count])),
    table("Uitleg die gevraagd werd", ["Onderwerp", "Aantal"],
      figures.topics.map(({ topic, count }) => [TOPICS[topic] ?? topic, count])),
    table("Niet begrepen", ["Wat er stond", "Aantal"],
      figures.not_understood.map(({ text, count }) => [text, count])),
    table("Over iets anders", ["Wat er stond", "Aantal"],
      figures.out_of_scope.map(({ text, count }) => [text, count])),
    table("Niet nuttig volgens bezoekers", ["Regel", "Nuttig", "Niet nuttig"],
      figures.votes.map(({ rule, useful, not_useful }) => [rule, useful, not_useful])));
} else {
  byId("total").textContent = "";
}

function counted(count, one, more) {
  return `${count} ${count === 1 ? one : more}`;
}

function share(count, all) {
  const sum = all.reduce((total, { count }) => total + count, 0);
  return `${Math.round((100 * count) / sum)}%`;
}

function link(edition, rule) {
  return html("a", { href: `/helpdesk/regels#${edition}/${rule}` }, `${edition}/${rule}`);
}

function table(title, columns, rows) {
  return html("section", {},
    html("h2", {}, title),
    rows.length
      ? html("table", {},
        html("thead", {}, html("tr", {}, columns.map((name) => html("th", { scope: "col" }, name)))),
        html("tbody", {}, rows.map((row) => html("tr", {}, row.map((cell) =>
          html("td", {}, typeof cell === "number" ? String(cell) : cell))))))
      : html("p", { class: "small" }, "Nog niets."));
}
