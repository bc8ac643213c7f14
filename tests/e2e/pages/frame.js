// Puts a frame into the page, with the sandbox that the script element names. The address is what stands behind the
// `?`, or else the build on this very host.
const { sandbox } = document.currentScript.dataset;
const frame = document.createElement("iframe");
if (sandbox !== undefined) frame.setAttribute("sandbox", sandbox);
frame.title = "Headroom";
frame.width = "800";
frame.height = "500";
frame.src = decodeURIComponent(location.search.slice(1)) || "/a/b/";
document.body.append(frame);
