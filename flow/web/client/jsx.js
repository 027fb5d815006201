export { createElement as jsx } from "react";
