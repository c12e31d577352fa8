export const tables = (results) => JSON.stringify(results, undefined, 1);
