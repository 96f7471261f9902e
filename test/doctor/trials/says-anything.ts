process.send?.('good morning');
process.once('message', () => undefined);
