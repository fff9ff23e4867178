// What the planner asks of the browser; the WebAssembly module imports it from here.
export { copyProject, deleteProject, listProjects, readProject, writeProject } from "./projects.js";
export { forgetLeft, newProjectId, nextNumber, noteLeft, takeOvertaken } from "./left.js";
export { holdProject, ownProject, projectIsHeld } from "./tabs.js";
export { packText, unpackText } from "./link.js";
export { fileBytes, fileText, isOneFile } from "./files.js";
export { cancelJob, startJob } from "./jobs.js";
export { keepOffline, useNewVersion } from "./offline.js";
export { fetchEarly, fetchPieces, loadPart, styleLater } from "./pieces.js";
export { trustOnly } from "./trusted.js";
export { writeInstant, writeMoment, writeNumber } from "./words.js";
