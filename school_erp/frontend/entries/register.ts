import { keepRegister } from "../attendance/register.ts";

const form = document.querySelector<HTMLFormElement>("form[data-register]");
if (form) keepRegister(form);
