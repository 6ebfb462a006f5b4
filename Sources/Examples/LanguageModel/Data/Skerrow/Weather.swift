/// The weather of Skerrow, month by month, and how to do things.
extension EmbeddedText {
  /// The weather, and how to do things.
  static let weather = #"""
    THE ALMANAC OF SKERROW

    Here you will find what the sky did, what the hands should do, what the children sang,
    and what was nailed to the door of the inn.

    THE WEATHER, MONTH BY MONTH

    January. The year began with a gale from the north-west, and it blew for two days.
    After that the air was still and cold. There was ice on the puddles but not on the
    river. Snow fell in the night of the 16th, and by noon it had gone. The stars were
    very bright.

    February. There was fog on nine days. The gulls walked instead of flying. On the 20th
    the sun came out and stayed until evening, and people stood in their doors with closed
    eyes. The first snowdrops showed in the churchyard, on the south side of the wall.

    March. It rained, and when it did not rain, it was about to. The river rose by one
    metre. The wind was in the west for three weeks and turned to the east on the 25th,
    and then the washing dried, for the first time since Christmas.

    April. Sun and showers came in turns, often four times in one day. There were eleven
    rainbows, and two of them were double. The last frost was on the 18th. René had
    covered his beans with newspaper, and nothing was lost but the news.

    May. It was mild and dry. The hawthorn blossomed from the 9th. The cuckoo was heard on
    the 3rd, from the wood behind the mill. A warm wind from the south brought dust, so
    fine that one saw it only on the windows.

    June. For one week there was no wind at all, and the mill stood still. Then on the
    13th there was a storm that tore a sail. The rest of the month was clear. On the
    longest day it was never quite dark, and the birds did not know when to stop.

    July. It was hot. The well by the inn ran low, and the one by the school did not.
    There was thunder on the 9th, the 17th and the 30th. On the day of the fair the sky
    was blue from one end to the other, with a single cloud, which kept to the side.

    August. The first half was warm, and the second half was wet. There were shooting
    stars on the nights around the 12th. The sea was warmer than the air in the mornings,
    and it smoked. The swallows met on the roof of the school.

    September. It was golden. The mornings were misty, and the spiders hung their nets on
    every hedge. The harvest was brought in dry. The swallows left on the 21st, all in the
    same hour, and it was very quiet afterwards.

    October. The wind came back. On the 15th it blew from the west at force 8, and the
    waves broke over the pier. The leaves came down in three days. Between the storms it
    was as still as a held breath.

    November. The fog came, and then rain, and then fog once more. The sun was seen on
    five days. On the 24th a little snow fell. The herring were close to the coast, and so
    were the whales.

    December. It was cold and mostly clear. The days were short. On the 21st the sun rose
    at half past eight and set at twenty to four. On Christmas Eve it snowed in big slow
    flakes, without wind, and it lay until the new year.

    SIGNS OF THE WEATHER THAT OLD WYNN BELIEVES IN

    If the gulls sit in the field, a storm is coming from the sea.
    If the smoke falls, the rain falls.
    A red sky in the evening is good for the fisherman, and a red sky in the morning is
    good for the fish.
    If the cat washes behind both ears, there will be visitors or rain.
    If the hills look near, the rain is near. If the hills look far, hang up the washing.
    If seaweed on a nail feels damp, take your coat. If it feels dry, take it anyway.
    When the goose stands on one leg, it is cold. When she stands on two, it is not. When
    she sits, she is tired, and it means nothing.
    A ring around the moon means a change. There is always a change.

    HOW TO DO THINGS

    How to tie a knot that holds
    Make a small loop in the rope. Bring the end up through the loop from below, pass it
    behind the long part, and take it down again through the loop. Pull tight. It will not
    slip, and it will not jam, and you can open it with cold fingers. Old Wynn says: the
    eel looks out of its pool, swims once around the post, and dives home again. Sam says:
    what did it want?

    How to light a stove
    Open the flap. Lay down two thick pieces of wood with a space between them. Put dry
    twigs across them, and on the twigs put shavings. Light it from the top, not from
    below. When it burns well, add a thick piece. When it only glows, close the flap by
    half. A fire needs three things, which are wood, air, and somebody to look after it.

    How to sow beans
    Wait until the soil is warm. You can tell with your elbow. Put five beans around each
    pole, as deep as your thumb is long. Water them in the evening. The shoots will climb
    by themselves, and they always wind to the left, as seen from above; you cannot talk
    them out of it. Pick the beans when they are young, and they will go on bearing.

    How to clean a lamp
    Let it cool. Trim the wick straight with sharp scissors, and take off the corners.
    Wash the glass in warm water with a drop of vinegar. Dry it with a linen cloth and
    polish it with newspaper. Do not breathe on it. Fill the oil up to the line and no
    further. Wipe the outside. Now you can look at it for a moment, for it deserves that.

    How to wind a clock
    Open the door gently. Hold the key straight. Turn it slowly, and count the turns. Stop
    when you feel it push back. Never wind a clock in anger; it will notice. Set the hands
    forward, never back, and wait for it to strike before you go on.

    How to cross a field with geese in it
    Walk straight, and not too fast. Do not look back. If they come at you with their
    necks stretched out, stand still and make yourself tall. Say "good morning". If that
    does not help, give them your sandwich.

    How to knead dough
    Push it away with the heel of your hand. Fold it back. Give it a quarter turn. Do this
    for ten minutes, and do not stop when your arms hurt, for that is the moment when the
    dough begins to change. It is ready if you press it with a finger and the hole fills
    up again slowly. Then cover it and let it sleep.

    How to read a tide table
    Look for the day, and then look for the hour. If the water is high, you may sail. If
    the water is low, you may walk. If you are out on the sand and the water is coming,
    do not look for the hour any more, but run.

    How to row
    Sit with your back to where you are going. Put both oars in the water at once, lean
    back, and pull. Lift them out, lean forward, and begin again. Choose a tree on the
    bank behind you and keep it over the end of the boat. In this way you travel in a
    straight line while looking at the past.

    How to dry herbs
    Cut them in the morning when the dew is gone. Tie them in small bunches. Hang them up
    with their heads down, in the shade, where the wind can reach them. After ten days
    they rustle. Rub them from the stalks and keep them in a tin. Write on the tin what it
    is. You believe that you will remember it, but you will not.

    How to mend a net
    Cut the hole larger until it has clean edges. Start at the top on the left. Make each
    mesh as wide as your finger. Do not count the meshes that are missing; count the ones
    that you have made. Stop before your eyes are tired, since a bad knot lets the best
    fish go.

    How to be found in fog
    Stay where you are. Make a noise that can be told from other noises, such as three
    knocks and a pause. Listen. Make the noise again. Somebody in Skerrow is always awake.

    How to say sorry
    Go there. Knock. Say what you did, and not why. Then be silent, and wait. Bring cake.

    RHYMES

    The wind is a miller, the rain is a cook,
    The fog is a reader who loses his book,
    The frost is a painter who comes in the night,
    And sun is the neighbour who puts it all right.

    One for the herring and two for the hake,
    Three for the ripples that run in our wake,
    Four for the ferry and five for the shore,
    Six for the supper behind the green door.

    Grey goose, grey goose, what do you say?
    "Nine in the morning, a beautiful day."
    Grey goose, grey goose, what is it now?
    "Noon, and I'm hungry, so please mind your cow."
    Grey goose, grey goose, where do you sleep?
    "Under the clocks, where the minutes are deep."

    Knead it and fold it and leave it to rise,
    Bread is a cloud with a crust for the wise;
    Cut it in slices and butter it well,
    Half is for Sam, and the other's for Nell.

    Up went the keeper, a hundred and twelve,
    Down went the miner to dig and to delve;
    One has a lamp and the other has, too:
    Light is the same if it's yellow or blue.

    Fox in the bramble, fox in the lane,
    Fox with your whiskers all silver with rain,
    Come to the door and be patient and good:
    Saturday's loaf is the best in the wood.

    Row me over, ferryman,
    Row me while the light is low;
    Two for you and one for me,
    And the river says hello.

    The tall clock says tock, and the small clock says tick,
    The one is so slow, and the other so quick;
    But when it is midnight, they stand face to face,
    For both have arrived at the very same place.

    Bean in the ground, go to sleep, go to sleep,
    Two fingers wide and one finger deep;
    When you are hungry, come up for a drink,
    The days are much longer than most people think.

    What shall we do when the night is long?
    Put on the kettle and sing a song.
    What shall we do when the song is through?
    Put on the kettle, and sing it for two.
    """#
}
