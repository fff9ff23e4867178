// Before the first paint: the chosen theme, the page of the address, and whether the sample is what the reader will see.
try {
  const theme = localStorage.getItem("restore-point-lab.theme");
  if (theme) document.documentElement.dataset.theme = theme;
  if (localStorage.getItem("restore-point-lab.kept")) document.documentElement.dataset.boot = document.documentElement.dataset.kept = "plain";
} catch {
  // Storage may be forbidden; the system's preference then decides.
}
const page = location.hash.split(/[/?]/)[1] || "fleet";
if (page !== "fleet" || location.hash.includes("?")) document.documentElement.dataset.boot = page === "fleet" ? "plain" : page;
