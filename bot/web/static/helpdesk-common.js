/* What the pages of the helpdesk share: building elements, asking the API, words for lengths. */

const maker = (namespace) => (tag, attributes = {}, ...children) => {
  const node = document.createElementNS(namespace, tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name, value);
    else if (value === true) node.setAttribute(name, "");
    else if (value != null && value !== false) node.setAttribute(name, value);
  }
  node.append(...children.flat(Infinity).filter((child) => child != null && child !== false && child !== ""));
  return node;
};
export const html = maker("http://www.w3.org/1999/xhtml");
const svg = maker("http://www.w3.org/2000/svg");
export const byId = (id) => document.getElementById(id);

/** The JSON answer of the API; rejects with an `Error` whose message is Dutch. */
export async function api(path, body) {
  let response;
  try {
    response = await fetch(path, body === undefined ? {} : {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
  } catch {
    throw new Error("Er is geen verbinding met de bot. Probeer het opnieuw.");
  }
  if (response.status === 204) return null;
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  if (response.status === 401 && path !== "/api/login") {
    // What was pasted or written must not get lost.
    if (body) throw new Error("U bent niet meer aangemeld. Meld u aan in een nieuw tabblad en probeer het hier opnieuw.");
    location.reload();
  }
  throw new Error(answer.error ?? "Er ging iets mis. Probeer het opnieuw.");
}

/** Runs a task and shows what went wrong under `#fault`. */
export async function attempt(task) {
  const fault = byId("fault");
  fault.textContent = "";
  try {
    return await task();
  } catch (error) {
    fault.textContent = error.message;
    return undefined;
  }
}

// ------------------------------------------------------------------ words

export class Words {
  constructor({ facts, values, today }) {
    Object.assign(this, { facts, values, today });
  }

  /** The Dutch name of a value: `of("verdict", "eligible")`. */
  of(name, value) {
    return this.values[name]?.find((choice) => choice.value === value)?.label ?? value;
  }
}

export const words = async () => new Words(await api("/api/vocabulary"));

const UNITS = { Y: ["jaar", "jaar"], M: ["maand", "maanden"], W: ["week", "weken"], D: ["dag", "dagen"] };
const DAYS = { Y: 365, M: 30.4, W: 7, D: 1 };
const amounts = (length) => [...length.matchAll(/([\d.]+)([YMWD])/g)];
const days = (length) => amounts(length).reduce((sum, [, amount, unit]) => sum + amount * DAYS[unit], 0);

/** "P6W" → "6 weken", "P2M/P3M" → "2 tot 3 maanden". */
export const inWords = (length) => length.split("/").map((part) => amounts(part)
  .map(([, amount, unit]) => `${amount.replace(".", ",")} ${UNITS[unit][amount < 2 ? 0 : 1]}`)
  .join(" en ")).join(" tot ").replace(/ (\w+)( tot [\d,]+ \1)$/, "$2");

// ------------------------------------------------------------------ signs and lines

const SHAPES = { yes: "M5 13l4.5 4.5L19 8", no: "M7 7l10 10M17 7L7 17", depends: "M9 9a3 3 0 1 1 4.7 2.5c-1 .7-1.7 1.3-1.7 2.5M12 18v.01" };
const SIGNS = { eligible: "yes", conditional: "depends", not_eligible: "no" };

export const signOf = (verdict) => SIGNS[verdict] ?? "depends";

export const icon = (sign) =>
  svg("svg", { viewBox: "0 0 24 24", class: `icon ${sign}`, "aria-hidden": "true" }, svg("path", { d: SHAPES[sign] }));

/** The allowed stay as a bar on a line from a day to two years; `wish` is a mark on it. The line is
 * logarithmic, because two days and twelve months must both be seen. */
export function timeline({ min, max }, wish) {
  const inside = (edge, x) => Math.max(edge, Math.min(100 - edge, x));
  const places = (length) => length.split("/")
    .map((end) => inside(4, 4 + (92 * Math.log(days(end))) / Math.log(730)));
  // One caption for both ends: in a narrow window two would overlap.
  const caption = (length, y) => {
    const [from, to = from] = places(length), text = inWords(length);
    return svg("text", { x: `${inside(1.6 * text.length, (from + to) / 2)}%`, y }, text);
  };
  const allowed = `${min}/${max}`, [from, to] = places(allowed), y = wish ? 30 : 6;
  const drawing = svg("svg", { class: "timeline", width: "100%", height: y + 36, "aria-hidden": "true" },
    svg("rect", { class: "axis", x: "0", y: y + 4, width: "100%", height: 2 }),
    svg("rect", { class: "bar", x: `${from}%`, y, width: `${Math.max(1, to - from)}%`, height: 10, rx: 5 }),
    caption(allowed, y + 25));
  if (wish) {
    const [start, end = start] = places(wish.length);
    drawing.append(
      caption(wish.length, 12),
      svg("rect", { class: `wish ${wish.fits ?? ""}`, x: `${start}%`, y: 18, width: end > start ? `${end - start}%` : 3, height: 24 }));
  }
  return drawing;
}

byId("logout")?.addEventListener("click", () => attempt(async () => {
  await api("/api/logout", {});
  location.reload();
}));
