// Fills the suggestions of a text box from the server, again whenever a field on which they depend changes.
Behaviour.specify("INPUT.loadshare-suggested", "loadshare-suggested", 0, function (input) {
  if (input.hasAttribute("list")) {
    return;
  }
  const list = document.createElement("datalist");
  list.id = "loadshare-suggested-" + document.querySelectorAll("datalist").length;
  input.parentNode.appendChild(list);
  input.setAttribute("list", list.id);
  refillOnChange(input, function (parameters) {
    fetch(input.getAttribute("fillUrl"), {
      method: "post",
      headers: crumb.wrap({ "Content-Type": "application/x-www-form-urlencoded" }),
      body: new URLSearchParams(parameters),
    })
      .then((response) => (response.ok ? response.json() : []))
      .then((names) => {
        list.textContent = "";
        names.forEach((name) => {
          const option = document.createElement("option");
          option.value = name;
          list.appendChild(option);
        });
      });
  });
});
