// Before the first paint: the chosen theme, and whether the sample is what the reader will see.
try {
  const theme = localStorage.getItem("restore-point-lab.theme");
  if (theme) document.documentElement.dataset.theme = theme;
  if (localStorage.getItem("restore-point-lab.kept")) document.documentElement.dataset.boot = document.documentElement.dataset.kept = "plain";
} catch {
  // Storage may be forbidden; the system's preference then decides.
}
if (!["", "#", "#/", "#/fleet"].includes(location.hash)) document.documentElement.dataset.boot = "plain";
