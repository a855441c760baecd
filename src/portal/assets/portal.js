// Search in the browser where there is no server, and suggestions where there is one. Everything else works without it.
"use strict";

// The words of a text: letters and digits without their marks, in lower case. finding.rs does the same.
const wordsOf = (text) =>
  text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().match(/[\p{L}\p{N}]+/gu) || [];

const shardOf = (word) => {
  const [first, second] = [...word];
  if (!/[a-z0-9]/.test(first)) return "u" + Math.floor(first.codePointAt(0) / 64);
  return first + (second && /[a-z0-9]/.test(second) ? second : "_");
};

const fetched = new Map();
const bring = (address) => {
  if (!fetched.has(address)) {
    fetched.set(address, fetch(address).then((answer) => {
      if (answer.ok) return answer.json();
      throw new Error(answer.status);
    }));
  }
  return fetched.get(address);
};

// How well each article fits a word: by the words of the index that begin with it, or of which it begins with most.
const scoresOf = (word, shard, lengths, average) => {
  const scores = new Map();
  const stem = word.length > 4 ? word.slice(0, word.length > 6 ? -2 : -1) : word;
  for (const [entry, postings] of Object.entries(shard)) {
    let fit = 0;
    if (entry === word) fit = 1;
    else if (entry.startsWith(word)) fit = 0.7;
    else if (entry.startsWith(stem) && entry.length <= word.length + 3) fit = 0.5;
    if (!fit) continue;
    const rarity = Math.log(1 + lengths.length / (postings.length / 2));
    for (let at = 0; at < postings.length; at += 2) {
      const [article, weight] = [postings[at], postings[at + 1]];
      const score = fit * rarity * (weight / (weight + 0.5 + lengths[article] / average));
      if (score > (scores.get(article) || 0)) scores.set(article, score);
    }
  }
  return scores;
};

const search = async (index, text) => {
  const words = [...new Set(wordsOf(text))].slice(0, 12);
  if (!words.length) return null;
  const [lengths, shards] = await bring(index + "articles.json");
  const average = lengths.reduce((sum, length) => sum + length, 0) / Math.max(lengths.length, 1) || 1;
  const found = new Map();
  for (const word of words) {
    const name = shardOf(word);
    if (!shards.includes(name)) continue;
    const shard = await bring(index + name + ".json");
    for (const [article, score] of scoresOf(word, shard, lengths, average)) {
      const hit = found.get(article) || { words: 0, score: 0 };
      found.set(article, { words: hit.words + 1, score: hit.score + score });
    }
  }
  const hits = [...found].map(([article, hit]) => ({ article, ...hit }));
  const whole = hits.filter((hit) => hit.words === words.length);
  const best = (whole.length ? whole : hits).sort((a, b) => b.words - a.words || b.score - a.score).slice(0, 20);
  // Sixteen rows lie in a file; finding.rs has the same.
  const rowOf = async ({ article }) =>
    (await bring(index + "articles-" + Math.floor(article / 16) + ".json"))[article % 16];
  return { rows: await Promise.all(best.map(rowOf)), whole: whole.length > 0 };
};

const element = (name, text, className) => {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  if (className) made.className = className;
  return made;
};

const listOf = (articles) => {
  const list = element("ul", "", "articles");
  for (const article of articles) {
    const item = element("li");
    const link = element("a", article.title);
    link.href = article.link;
    item.append(link);
    if (article.summary) item.append(element("p", article.summary));
    list.append(item);
  }
  return list;
};

const results = document.getElementById("p-results");
if (results) {
  const field = document.getElementById("p-q");
  const root = results.dataset.root;
  let latest = 0;
  const show = async () => {
    const turn = ++latest;
    let shown = [];
    try {
      const found = await search(results.dataset.index, field.value);
      if (found) {
        if (!found.rows.length) shown.push(element("p", results.dataset.none));
        else if (!found.whole) shown.push(element("p", results.dataset.some));
        shown.push(listOf(found.rows.map(([file, title, summary]) => ({
          link: root + file.split("/").map(encodeURIComponent).join("/"), title, summary,
        }))));
      }
    } catch (trouble) {
      shown = [element("p", results.dataset.failed)];
    }
    if (turn === latest) results.replaceChildren(...shown);
  };
  field.value = new URLSearchParams(location.search).get("q") || "";
  let timer;
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(show, 150);
  });
  field.form.addEventListener("submit", (event) => {
    event.preventDefault();
    history.replaceState(null, "", "?q=" + encodeURIComponent(field.value));
    show();
  });
  show();
}

for (const field of document.querySelectorAll("[data-suggest]")) {
  const place = element("div", "", "suggestions");
  place.hidden = true;
  place.setAttribute("role", "status");
  (document.getElementById(field.dataset.into) || field).after(place);
  let timer, latest = 0;
  const clear = () => { place.hidden = true; place.replaceChildren(); };
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const turn = ++latest;
      if (field.value.trim().length < 3) return clear();
      try {
        const answer = await fetch(field.dataset.suggest + "?q=" + encodeURIComponent(field.value.slice(0, 200)));
        const found = answer.ok ? await answer.json() : [];
        if (turn !== latest) return;
        if (!found.length) return clear();
        place.replaceChildren(element("h2", field.dataset.heading), listOf(found));
        place.hidden = false;
      } catch (trouble) {
        clear();
      }
    }, 200);
  });
  // The key empties a field of searches; first it only closes what hangs below it.
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || place.hidden) return;
    event.preventDefault();
    clear();
  });
}

const problems = document.getElementById("p-problems");
if (problems) problems.focus();
