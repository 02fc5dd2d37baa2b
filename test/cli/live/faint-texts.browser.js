// Runs in the browser: every text that is seen whose contrast to its ground is less than 4.5 to 1 (WCAG 2.2, 1.4.3).
(() => {
  const rgba = (colour) => {
    const [r = 0, g = 0, b = 0, a = 1] = (colour.match(/[\d.]+/g) ?? []).map(Number);
    return { r, g, b, a };
  };
  const luminance = ({ r, g, b }) => {
    const [x, y, z] = [r, g, b].map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  /** The circle or the bar that a text in a drawing stands on, where it stands on one. */
  const shapeUnder = (element) =>
    element.matches('.node-term, .bar text') ? element.parentElement.querySelector('circle, rect') : null;
  const groundOf = (element) => {
    const shape = shapeUnder(element);
    if (shape !== null) return rgba(getComputedStyle(shape).fill);
    for (let at = element; at !== null; at = at.parentElement) {
      const ground = rgba(getComputedStyle(at).backgroundColor);
      if (ground.a === 1) return ground;
    }
    return rgba('rgb(255, 255, 255)');
  };
  const texts = [...document.querySelectorAll('body *')].flatMap((element) => {
    const own = [...element.childNodes].filter(({ nodeType }) => nodeType === Node.TEXT_NODE);
    const text = own.map(({ data }) => data.trim()).join('');
    const isSeen = element.checkVisibility() && !element.matches('title, .unseen, noscript *');
    return text === '' || !isSeen ? [] : [{ text, element }];
  });
  // A page that shows next to nothing has nothing faint either.
  if (texts.length < 20) return [`only ${texts.length} texts are seen`];
  return texts.flatMap(({ text, element }) => {
    const { fill, color } = getComputedStyle(element);
    const inks = luminance(rgba(element.ownerSVGElement === undefined ? color : fill));
    const grounds = luminance(groundOf(element));
    const contrast = (Math.max(inks, grounds) + 0.05) / (Math.min(inks, grounds) + 0.05);
    return contrast < 4.5 ? [`${text}: ${contrast.toFixed(2)}`] : [];
  });
})();
