/* Sorts tables by their heads, lets ages grow, and follows what changes on the controller. */
(function () {
  "use strict";

  const POLL = 4000;

  /** When the ages in the page were right. */
  let arrived = performance.now();

  const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

  /** What a cell sorts by; null is unknown. */
  function sortKey(row, column, numeric) {
    const cell = row.cells[column];
    if (!numeric) {
      return cell.textContent.trim() || null;
    }
    return cell.dataset.value ? Number(cell.dataset.value) : null;
  }

  /** What is unknown comes last, whichever way the rest is sorted. */
  function sort(table, column, numeric, descending) {
    const body = table.tBodies[0];
    const rows = Array.from(body.rows, (row) => [sortKey(row, column, numeric), row]);
    rows.sort(([a], [b]) => {
      if (a === null || b === null) {
        return (a === null) - (b === null);
      }
      const order = numeric ? a - b : collator.compare(a, b);
      return descending ? -order : order;
    });
    body.append(...rows.map(([, row]) => row));
  }

  function makeSortable(table) {
    const heads = Array.from(table.tHead.rows[0].cells);
    heads.forEach((head, column) => {
      if (head.dataset.sort === "none") {
        return;
      }
      const button = document.createElement("button");
      button.type = "button";
      button.className = "loadshare-sort";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const descending = head.getAttribute("aria-sort") === "ascending";
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", descending ? "descending" : "ascending");
        sort(table, column, head.dataset.sort === "number", descending);
      });
    });
  }

  /** The two leading units, as the server prints them. */
  function words(seconds) {
    const units = [["d", 86400], ["h", 3600], ["m", 60], ["s", 1]];
    const first = Math.max(0, units.findIndex(([, size]) => seconds >= size));
    let rest = seconds < 1 ? 0 : Math.floor(seconds);
    return units.slice(seconds < 1 ? 3 : first, first + 2)
      .map(([unit, size]) => {
        const count = Math.floor(rest / size);
        rest %= size;
        return count + unit;
      })
      .filter((part, i) => i === 0 || !part.startsWith("0"))
      .join("");
  }

  /** Lets ages grow; a negative one is a time that is left, and stops at 0. */
  function letAgesGrow() {
    const passed = (performance.now() - arrived) / 1000;
    document.querySelectorAll(".loadshare-age[data-age]:not([data-age=''])").forEach((e) => {
      const age = Number(e.dataset.age);
      e.textContent = words(age < 0 ? Math.max(0, -age - passed) : age + passed);
    });
  }

  function key(node) {
    return node.id || node.dataset?.key;
  }

  /**
   * Makes "shown" like "wanted" and does not touch what is equal, so that the focus, a selection and open fold-outs
   * stay. Rows are recognized by their keys. The heads of tables stay as they are.
   */
  function morph(shown, wanted) {
    if (shown.nodeType !== Node.ELEMENT_NODE) {
      if (shown.nodeValue !== wanted.nodeValue) {
        shown.nodeValue = wanted.nodeValue;
      }
      return;
    }
    if (shown.tagName === "THEAD" || shown.classList.contains("loadshare-lost")) {
      return;
    }
    shown.getAttributeNames().filter((name) => name !== "open" && !wanted.hasAttribute(name))
      .forEach((name) => shown.removeAttribute(name));
    wanted.getAttributeNames().filter((name) => shown.getAttribute(name) !== wanted.getAttribute(name))
      .forEach((name) => shown.setAttribute(name, wanted.getAttribute(name)));
    const kept = new Set(Array.from(wanted.children, key));
    Array.from(shown.children).filter((child) => key(child) && !kept.has(key(child))).forEach((child) => child.remove());
    const keyed = new Map(Array.from(shown.children, (child) => [key(child), child]));
    let next = shown.firstChild;
    Array.from(wanted.childNodes).forEach((child) => {
      const equal = key(child)
        ? keyed.get(key(child))
        : next && !key(next) && next.nodeName === child.nodeName && next;
      if (equal && equal === next) {
        next = next.nextSibling;
      } else {
        shown.insertBefore(equal || child, next);
      }
      if (equal) {
        morph(equal, child);
      } else if (child.nodeType === Node.ELEMENT_NODE) {
        prepare(child);
      }
    });
    while (next) {
      const rest = next;
      next = next.nextSibling;
      rest.remove();
    }
  }

  /** Prepares elements that are new in the page. */
  function prepare(element) {
    element.querySelectorAll(".loadshare-sortable").forEach(makeSortable);
    window.Behaviour?.applySubtree(element, true);
  }

  /** Sorts the rows of new tables as the tables in the page are sorted. */
  function sortAlike(content) {
    document.querySelectorAll("th[aria-sort]").forEach((head) => {
      const table = content.querySelector(`#${head.closest("section").id} .loadshare-sortable`);
      if (table) {
        sort(table, head.cellIndex, head.dataset.sort === "number", head.getAttribute("aria-sort") === "descending");
      }
    });
  }

  async function get(path, headers) {
    const answer = await fetch(path, { cache: "no-store", redirect: "error", headers });
    if (!answer.ok && answer.status !== 304) {
      throw new Error(`${path}: HTTP ${answer.status}`);
    }
    return answer;
  }

  let updated = new Date();

  /** Asks whether there is something new, and shows it. */
  async function update() {
    const content = document.getElementById("loadshare");
    const lost = content.querySelector(".loadshare-lost");
    try {
      const answer = await get("changes", { "If-None-Match": `"${content.dataset.stamp}"` });
      if (answer.status !== 304) {
        const html = await (await get("content")).text();
        const wanted = new DOMParser().parseFromString(html, "text/html").getElementById("loadshare");
        sortAlike(wanted);
        arrived = performance.now();
        morph(content, wanted);
      }
      updated = new Date();
      lost.hidden = true;
    } catch {
      lost.textContent = `${lost.dataset.text} ${updated.toLocaleTimeString()}`;
      lost.hidden = false;
    }
  }

  async function follow() {
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, POLL));
      if (!document.hidden) {
        await update();
      }
    }
  }

  /** Sends a form and shows what it changes, without loading the page again. */
  async function send(event) {
    const form = event.target;
    if (form.getAttribute("action") === "output") {
      return;
    }
    event.preventDefault();
    const { confirm, message, verb } = form.dataset;
    try {
      if (confirm) {
        await dialog.confirm(confirm, { message, okText: verb, type: "destructive" });
      }
    } catch {
      return; // canceled
    }
    const body = new URLSearchParams(new FormData(form));
    const answer = await fetch(form.action, { method: "post", body, redirect: "manual" });
    if (answer.type === "opaqueredirect") {
      await update();
    } else {
      form.submit(); // for its error page
    }
  }

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll(".loadshare-sortable").forEach(makeSortable);
    setInterval(letAgesGrow, 5000);
    const content = document.getElementById("loadshare");
    if (content) {
      content.addEventListener("submit", send);
      document.addEventListener("visibilitychange", () => document.hidden || update());
      follow();
    }
  });
})();
