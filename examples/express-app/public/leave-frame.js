/* global window */

// Takes the code and the state out of the frame, to where the login is completed.
window.top.location.replace(`/auth/wechat/callback${window.location.search}`);
