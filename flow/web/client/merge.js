const plain = (value) => Object.prototype.toString.call(value) === "[object Object]" && !value.$$typeof;

/** `over` into `under`, deeply. */
export const mergician = (under, over) => {
  const merged = { ...under, ...over };
  for (const key in over) if (plain(over[key]) && plain(under[key])) merged[key] = mergician(under[key], over[key]);
  return merged;
};
