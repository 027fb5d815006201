// Apart from what it starts: the page imports that together with the root of the pages, and names the routes in between.
import { start } from "../lean/start.js";

start();
