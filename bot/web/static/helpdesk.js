/* The answer assistant: paste, Enter, check, copy. */
import { api, attempt, byId, html, icon, inWords, signOf, timeline, words } from "./helpdesk-common.js";

let vocabulary;
const desk = { question: "", answers: [], frame: null, written: "" };

// ------------------------------------------------------------------ asking

const question = byId("question");

byId("ask").addEventListener("submit", (event) => {
  event.preventDefault();
  ask();
});
question.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  ask();
});

async function ask() {
  if (!question.value.trim()) return;
  const asked = desk.asked = question.value;
  wait(true);
  const answer = await attempt(() => api("/api/answer", { question: asked }));
  if (desk.asked !== asked) return; // a later mail goes before
  wait(false);
  if (!answer) return;
  Object.assign(desk, { question: asked, answers: answer.answers, frame: answer.frame, remarks: answer.remarks });
  for (const one of desk.answers) one.understood = one.facts;
  show();
  write();
  question.select(); // so that the next mail replaces this one
  // In a narrow window they stand below, out of sight.
  if (byId("answers").getBoundingClientRect().top > innerHeight / 2) byId("answers").scrollIntoView();
}

/** The answers that still stand belong to another mail. */
function wait(waiting) {
  document.querySelector("main").classList.toggle("waiting", waiting);
  byId("answer").textContent = waiting ? "Even geduld…" : "Beantwoord";
  byId("status").textContent = waiting ? "Het antwoord wordt opgehaald." : "";
}

/** A fact was changed: the decision follows, without reading the text again. */
async function change(index, facts, edition, { who, noun } = desk.answers[index]) {
  const before = desk.answers[index];
  const { countries, when } = before;
  const answer = await attempt(() => api("/api/answer", { facts, edition, who, noun, countries, when }));
  if (!answer || desk.answers[index] !== before) return;
  const [after] = answer.answers;
  const same = ({ fact }) => fact === "edition"
    ? edition === before.edition
    : JSON.stringify(facts[fact]) === JSON.stringify(before.facts[fact]);
  after.found = before.found.filter(same);
  after.understood = before.understood;
  desk.answers[index] = after;
  const focused = document.activeElement?.id;
  show();
  byId(focused)?.focus();
  if (byId("reply").value === desk.written) write();
  else byId("edited").hidden = false;
}

// ------------------------------------------------------------------ the text, with what was found

function show() {
  byId("read").hidden = false;
  byId("letter").replaceChildren(...marked());
  byId("answers").replaceChildren(...desk.answers.map(card), ...desk.remarks.map(remark));
  byId("status").textContent = desk.answers.map(({ label, decision, question: open }) => decision
    ? `${label}: ${vocabulary.of("verdict", decision.verdict)}.`
    : `${label}: ${vocabulary.of("asks", open.asks)}`).join(" ");
}

const TAGS = {
  status: "wie", graduation: "diploma", credit: "telt mee", sector: "onderwijs", purpose: "doel",
  activity: "activiteit", stay: "verblijf", edition: "programma",
};

const markId = ({ start, end }) => `mark-${start}-${end}`;

/** The text with a mark around each place a fact was read from; places that overlap become one. */
function marked() {
  const places = new Map();
  for (const { found } of desk.answers) {
    for (const finding of found) {
      const names = places.get(markId(finding))?.names ?? new Set();
      places.set(markId(finding), { ...finding, names: names.add(TAGS[finding.fact]) });
    }
  }
  const parts = [];
  let at = 0;
  const text = [...desk.question]; // the API counts characters as Python does
  for (const place of [...places.values()].sort((a, b) => a.start - b.start || b.end - a.end)) {
    if (place.start < at) continue;
    parts.push(text.slice(at, place.start).join(""), html("mark", { id: markId(place) },
      text.slice(place.start, place.end).join(""), html("span", {}, [...place.names].join(", "))));
    at = place.end;
  }
  return [...parts, text.slice(at).join("")];
}

function point(finding) {
  document.querySelectorAll("mark.shown").forEach((mark) => mark.classList.remove("shown"));
  const mark = byId(markId(finding));
  mark?.classList.add("shown");
  mark?.scrollIntoView({ block: "nearest" });
}

// ------------------------------------------------------------------ one answer

function card(answer, index) {
  const { decision, question: open, label } = answer;
  const but = decision ? unlessFitting(decision) : "";
  const sign = !decision || but ? "depends" : signOf(decision.verdict);
  const title = decision
    ? vocabulary.of("verdict", decision.verdict) + but
    : vocabulary.of("asks", open.asks);
  return html("article", { class: `card ${sign}`, "aria-label": label },
    html("h2", {}, label),
    html("p", { class: "verdict" }, icon(sign), title),
    open && html("div", { class: "question" },
      html("p", {}, html("strong", {}, "Vraag aan de vrager: "), open.text),
      open.choices.length > 0 && html("p", { class: "small" }, open.choices.join(" · "))),
    answer.notes.map(({ text }) => html("p", { class: "notice" }, text)),
    editor(answer, index),
    decision && outcome(decision),
    others(answer, index),
    review(answer, index));
}

function unlessFitting({ verdict, requested_stay: wish }) {
  if (verdict === "not_eligible" || !wish?.fits || wish.fits === "yes") return "";
  return `, maar ${inWords(wish.length)} ${vocabulary.of("fits", wish.fits)}`;
}

const row = (term, ...content) => html("div", {}, html("dt", {}, term), html("dd", {}, ...content));

function outcome(decision) {
  const { stay, requested_stay: wish, source } = decision;
  return [
    html("dl", {},
      decision.reason && row("Reden", vocabulary.of("reason", decision.reason)),
      decision.key_action && row("Kernactie", vocabulary.of("key_action", decision.key_action)),
      stay && row("Verblijf", `minstens ${inWords(stay.min)} en hoogstens ${inWords(stay.max)}`),
      wish && row("Wens", inWords(wish.length), wish.fits && `: ${vocabulary.of("fits", wish.fits)}`)),
    stay && timeline(stay, wish),
    decision.conditions.length > 0 && html("div", {},
      html("h3", {}, "Voorwaarden"),
      html("ul", {}, decision.conditions.map((text) => html("li", {}, text)))),
    html("div", {}, html("h3", {}, "Volgende stap"), html("p", {}, decision.next_step)),
    html("div", {},
      html("h3", {}, "Bron"),
      html("blockquote", {}, source.quote),
      html("p", { class: "small" }, `Onder “${source.heading}” in `,
        html("a", { href: source.address, rel: "noopener" }, source.title),
        ". Regel ",
        html("a", { href: `/helpdesk/regels#${decision.edition}/${decision.rule}` }, decision.rule),
        ` van ${decision.edition_title}.`)),
  ];
}

// ------------------------------------------------------------------ facts to change

const has = {
  graduation: (facts) => facts.status === "graduate",
  credit: (facts) => facts.status === "pre_vocational",
  sector: (facts) => facts.role === "staff",
  purpose: (facts) => facts.role === "organisation",
  activity: (facts) => facts.role !== "organisation",
  stay: () => true,
};

function editor(answer, index) {
  const facts = { ...answer.facts };
  const roleOf = (status) => vocabulary.values.role.find(({ value }) =>
    vocabulary.values[`status_of_${value}`].some((choice) => choice.value === status))?.value;
  facts.role ??= roleOf(facts.status);
  const set = (name, value, edition = answer.edition) => {
    const changed = { ...facts, [name]: value };
    if (name === "role" && roleOf(changed.status) !== value) delete changed.status;
    if (name === "status") changed.role = roleOf(value) ?? changed.role;
    for (const key of Object.keys(changed)) {
      if (changed[key] == null || (has[key] && !has[key](changed))) delete changed[key];
    }
    change(index, changed, edition);
  };
  const id = (name) => `${name}-${index}`;
  const choose = (name, choices, value, empty = "Niet bekend") =>
    select(id(name), choices, value, empty, (chosen) => set(name, chosen));
  const field = (name, ...controls) => [
    html("label", { for: id(name) }, vocabulary.facts[name]),
    html("div", {}, ...controls, found(answer, name)),
  ];
  const statuses = facts.role ? vocabulary.values[`status_of_${facts.role}`] : vocabulary.values.status;
  const simple = ["credit", "sector", "purpose", "activity"].filter((name) => has[name](facts));
  return html("fieldset", { class: "facts" },
    html("legend", { class: "unseen" }, `Gelezen feiten: ${answer.label}`),
    field("role", choose("role", vocabulary.values.role, facts.role)),
    field("status", choose("status", statuses, facts.status)),
    has.graduation(facts) && field("graduation", graduation(id("graduation"), facts.graduation, set)),
    simple.map((name) => field(name, choose(name, vocabulary.values[name], facts[name]))),
    has.stay(facts) && field("stay", stay(id("stay"), facts.stay, set)),
    field("edition", select(id("edition"), vocabulary.values.edition, answer.edition, null,
      (chosen) => set("edition", undefined, chosen))));
}

function found(answer, name) {
  return answer.found.filter(({ fact }) => fact === name).map((finding) =>
    html("button", { type: "button", class: "found", click: () => point(finding), title: "Wijs aan in de tekst" },
      `“${finding.text}”`));
}

const select = (id, choices, value, empty, chosen) => html("select", {
  id,
  change: ({ target }) => chosen(target.value || undefined),
},
empty && html("option", { value: "" }, empty),
choices.map((choice) => html("option", { value: choice.value, selected: choice.value === value }, choice.label)));

function graduation(id, value, set) {
  const between = typeof value === "object" ? value : undefined;
  const day = (label, suffix, current, other) => html("input", {
    id: suffix ? id + suffix : id, type: "date", "aria-label": label, max: vocabulary.today, value: current,
    change: ({ target }) => target.value && set("graduation", other(target.value)),
  });
  const ordered = (one, two) => ({ earliest: one < two ? one : two, latest: one < two ? two : one });
  return [
    day("Diploma behaald: vroegste dag", "", between?.earliest, (picked) => ordered(picked, between?.latest ?? picked)),
    day("Diploma behaald: laatste dag", "-latest", between?.latest, (picked) => ordered(between?.earliest ?? picked, picked)),
    html("label", {}, html("input", {
      type: "checkbox", checked: value === "unknown", id: `${id}-unknown`,
      change: ({ target }) => set("graduation", target.checked ? "unknown" : undefined),
    }), " weet de vrager niet"),
  ];
}

const UNITS = { D: "dagen", W: "weken", M: "maanden", Y: "jaar" };

/** A stay in one unit, as a length or a range, or between two dates. */
function stay(id, value, set) {
  const dated = value?.first_day;
  const [, least, unit] = value?.shortest?.match(/^P([\d.]+)([DWMY])$/) ?? [];
  const [, most] = value?.longest?.match(/^P([\d.]+)[DWMY]$/) ?? [];
  const number = (suffix, label, current) => html("input", {
    id: suffix ? id + suffix : id, type: "number", min: "0.5", step: "0.5", value: current, "aria-label": label, change: read,
  });
  const from = number("", "Gewenst verblijf, minstens", least);
  const to = number("-most", "Gewenst verblijf, hoogstens", most === least ? undefined : most);
  const units = html("select", { id: `${id}-unit`, "aria-label": "Eenheid", change: read },
    Object.entries(UNITS).map(([letter, name]) => html("option", { value: letter, selected: letter === (unit ?? "W") }, name)));
  const date = (suffix, label, current) => html("input", {
    id: id + suffix, type: "date", "aria-label": label, value: current, change: readDates,
  });
  const first = date("-first", "Eerste dag van het verblijf", value?.first_day);
  const last = date("-last", "Laatste dag van het verblijf", value?.last_day);
  function read() {
    if (!from.value) return set("stay", undefined);
    const shortest = `P${from.value}${units.value}`;
    return set("stay", { shortest, longest: to.value ? `P${to.value}${units.value}` : shortest });
  }
  function readDates() {
    if (first.value && last.value && first.value <= last.value) {
      set("stay", { first_day: first.value, last_day: last.value });
    }
  }
  return [
    from, " tot ", to, units,
    html("details", { open: Boolean(dated) }, html("summary", {}, "of van dag tot dag"), first, " t/m ", last),
  ];
}

// ------------------------------------------------------------------ other readings

function others({ alternatives }, index) {
  if (!alternatives.length) return null;
  const few = alternatives.length <= 4;
  return html("details", { open: few },
    html("summary", {}, `Andere lezingen (${alternatives.length})`),
    html("ul", { class: "others" }, alternatives.map((other) => html("li", {},
      html("button", {
        type: "button",
        title: "Neem deze lezing over",
        click: () => change(index, other.facts, other.edition, other),
      }, `${other.text}: `, gives(other))))));
}

function gives({ outcome: given, asks }) {
  if (!given) return html("strong", { class: "depends" }, vocabulary.of("asks", asks));
  const { verdict, key_action: action, stay: limits, requested_stay: wish } = given;
  return [
    html("strong", { class: signOf(verdict) }, vocabulary.of("verdict", verdict)),
    action && `, ${action}`,
    limits && `, ${inWords(limits.min)} tot ${inWords(limits.max)}`,
    wish?.fits && `, ${inWords(wish.length)} ${vocabulary.of("fits", wish.fits)}`,
  ];
}

const remark = ({ text }) => html("article", { class: "card" }, html("h2", {}, "Ook gevraagd"), html("p", {}, text));

// ------------------------------------------------------------------ klopt, klopt niet

function review(answer, index) {
  const thanks = html("span", { role: "status" });
  const store = (right, text) => attempt(async () => {
    const { understood, facts, edition } = answer;
    await api("/api/reviews", { question: desk.question, understood, facts, edition, right, remark: text });
    form.hidden = true;
    thanks.textContent = "Bewaard, dank u.";
  });
  const field = html("input", { id: `wrong-${index}`, maxlength: 2000, autocomplete: "off" });
  const form = html("form", {
    hidden: true,
    submit: (event) => {
      event.preventDefault();
      store(false, field.value);
    },
  }, html("label", { for: `wrong-${index}` }, "Klopt niet, namelijk … (pas de feiten hierboven ook aan)"), field, html("button", {}, "Bewaar"));
  return html("div", { class: "review" },
    html("button", { type: "button", click: () => store(true, "") }, "Klopt"),
    html("button", {
      type: "button",
      click: () => {
        form.hidden = false;
        field.focus();
      },
    }, "Klopt niet, namelijk …"),
    form, thanks);
}

// ------------------------------------------------------------------ the reply

const reply = byId("reply");
const kind = () => document.querySelector("[name=kind]:checked").value;

/** Puts the reply together again: opening, what there is to say of everybody, closing. */
function write() {
  if (!desk.frame) return;
  const { opening, closing } = desk.frame[kind()];
  const bodies = desk.answers.map(({ label, reply: texts }) =>
    desk.answers.length > 1 ? `${label}\n\n${texts[kind()]}` : texts[kind()]);
  desk.written = [opening, ...bodies, closing].filter(Boolean).join("\n\n");
  reply.value = desk.written;
  byId("edited").hidden = true;
  byId("copied").textContent = "";
}

async function copy() {
  try {
    await navigator.clipboard.writeText(reply.value);
  } catch { // no permission, or a page without https
    reply.select();
    document.execCommand("copy");
  }
  byId("copied").textContent = "Gekopieerd.";
}

byId("rewrite").addEventListener("click", () => {
  write();
  reply.focus();
});
byId("copy").addEventListener("click", copy);
document.querySelectorAll("[name=kind]").forEach((radio) => radio.addEventListener("change", write));
document.addEventListener("keydown", (event) => {
  if (!event.altKey || event.ctrlKey || event.metaKey || event.code !== "KeyC") return;
  event.preventDefault();
  if (reply.value) copy();
});

vocabulary = await attempt(words);
