/** A token without what people copy along with it. @param {string} text */
export const bare = (text) => text.trim().replace(/^bearer\s+/i, '');
