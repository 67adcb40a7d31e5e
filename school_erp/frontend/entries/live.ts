import { followBeside } from "../live/beside.ts";
import { placeCanBeFound } from "../live/place.ts";
import { runWall } from "../live/wall.ts";

const wall = document.getElementById("wall");
if (wall) runWall(wall);
if (document.getElementById("hall")) followBeside();
placeCanBeFound();
