import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const FRONTEND = dirname(dirname(fileURLToPath(import.meta.url)));
export const PACKAGE = dirname(FRONTEND);
export const TEMPLATES = join(PACKAGE, "templates");
export const STATIC = join(PACKAGE, "static");
export const MODULES = join(dirname(PACKAGE), "node_modules");
export const STATIC_URL = "/static/";
