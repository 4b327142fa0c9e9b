async function count() {
    console.log("One");
    await new Promise(done => setTimeout(done, 1000));
    console.log("Two");
}
Promise.all([count(), count(), count()]);
