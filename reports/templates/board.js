"use strict";
// Search without accents, sort by any column. The page is complete and readable where scripts do not run.
const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/[đĐ]/g, "d").toLowerCase();
for (const input of document.querySelectorAll("input[type=search]")) {
  const rows = document.querySelectorAll(`#${input.dataset.table} tbody tr`);
  const said = document.getElementById(input.getAttribute("aria-describedby"));
  input.addEventListener("input", () => {
    const wanted = fold(input.value.trim());
    let shown = 0;
    for (const row of rows) {
      row.hidden = !row.dataset.search.includes(wanted);
      shown += row.hidden ? 0 : 1;
    }
    said.textContent = `${shown}/${rows.length}`;
  });
}
for (const button of document.querySelectorAll("th button")) {
  button.addEventListener("click", () => {
    const head = button.closest("th");
    const table = head.closest("table");
    const at = [...head.parentNode.children].indexOf(head);
    const down = head.getAttribute("aria-sort") === "ascending";
    for (const other of head.parentNode.children) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const value = (row) => row.children[at].dataset.value;
    const known = (row) => value(row) !== "";
    const rows = [...table.tBodies[0].rows];
    rows.sort((a, b) => (known(b) - known(a)) || (Number(value(a)) - Number(value(b))) * (down ? -1 : 1));
    table.tBodies[0].append(...rows);
  });
}
