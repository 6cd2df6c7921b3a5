/**
 * Whether a browser is new enough: iOS and Safari 16.4, Chrome 103, Firefox 115. The two that are asked for came last to each of
 * the three. An older one is led to `/help`, which needs nothing.
 */
export const able = () => "inert" in document.head && "adoptedStyleSheets" in document;
