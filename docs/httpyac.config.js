// Lets httpYac read what requests.http writes so that VS Code's REST Client and JetBrains' client can read it too.

const commented = /^\s*#\s*(?=\?\?)/;
const attempts = 100;
const pauseMilliseconds = 100;

module.exports = {
  configureHooks({ hooks, utils }) {
    // `# ?? status == 201` is httpYac's own assertion, hidden from the others in a comment.
    const assertion = hooks.parse.items.find(({ id }) => id === "assert");
    const uncommented = ({ textLine, line }) => [{ textLine: textLine.replace(commented, ""), line }][Symbol.iterator]();
    hooks.parse.addHook(
      "commentedAssertion",
      (getLines, context) => {
        const { value } = getLines().next();
        return commented.test(value.textLine) && assertion.action(() => uncommented(value), context);
      },
      { before: ["meta"] },
    );

    // `# @until response.statusCode === 401` asks until the answer is so; the next request checks whether it became so.
    hooks.parseMetaData.addHook("until", async (key, condition, context) => {
      if (key !== "until") return false;
      context.httpRegion.hooks.execute.addHook("forgetTheLastAnswer", ({ variables }) => {
        Object.assign(variables, { $index: -1, response: {} });
        return true;
      });
      await hooks.parseMetaData.trigger("loop", `while ($index < ${attempts - 1} && !(${condition}))`, context);
      await hooks.parseMetaData.trigger("sleep", `${pauseMilliseconds}`, context);
      return true;
    });

    // `{{signUp.response.body.$.id}}` and `{{me.response.headers.etag}}` are REST Client's request variables.
    hooks.onResponse.addHook("requestVariables", ({ parsedBody, headers }, context) => {
      const { name } = context.httpRegion.metaData;
      if (/^\w+$/.test(name)) {
        utils.setVariableInContext({ [name]: { response: { body: { $: parsedBody }, headers } } }, context);
      }
    });
  },
};
