/* Sorts tables by their head, lets ages grow, and shows what came of a scan or an abort once that is over. */
(function () {
  "use strict";

  const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

  /** What a cell sorts by; null is unknown. */
  function key(row, column, numeric) {
    const cell = row.cells[column];
    if (!numeric) {
      return cell.textContent.trim() || null;
    }
    return cell.dataset.value ? Number(cell.dataset.value) : null;
  }

  /** What is unknown comes last, whichever way the rest is sorted. */
  function sort(table, column, numeric, descending) {
    const body = table.tBodies[0];
    const rows = Array.from(body.rows, (row) => [key(row, column, numeric), row]);
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

  function letAgesGrow() {
    const ages = Array.from(document.querySelectorAll(".loadshare-age[data-age]")).filter((e) => e.dataset.age);
    setInterval(() => {
      const passed = performance.now() / 1000;
      ages.forEach((e) => {
        const age = Number(e.dataset.age) + passed;
        e.textContent = (age < 0 ? "-" : "") + words(Math.abs(age));
      });
    }, 5000);
  }

  async function showWhenDone() {
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, 1000));
      const answer = await fetch("api/json?tree=busy", { cache: "no-store" });
      if (!answer.ok || !(await answer.json()).busy) {
        window.location.reload();
        return;
      }
    }
  }

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll(".loadshare-sortable").forEach(makeSortable);
    letAgesGrow();
    if (document.getElementById("loadshare-status")?.dataset.busy === "true") {
      showWhenDone();
    }
  });
})();
